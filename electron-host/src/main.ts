// Start-up order of the Electron binary: switches, -r modules, the app's entry, Chromium, `ready`.
import { readFileSync } from 'node:fs'
import inspector from 'node:inspector'
import { createRequire, registerHooks } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const electronPackage = createRequire(import.meta.url)('electron/package.json') as { version: string }

process.argv.splice(1, 1) // like Electron: [executable, ...arguments]
const versions = { ...process.versions, electron: electronPackage.version, chrome: '0.0.0.0' }
Object.defineProperty(process, 'versions', { value: versions })
Object.assign(process, {
  type: 'browser',
  defaultApp: true,
  resourcesPath: join(import.meta.dirname, '..', 'resources')
})

registerHooks({
  resolve: (specifier, context, next) =>
    /^electron(\/(main|common))?$/.test(specifier)
      ? { url: new URL('./electron.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context)
})

const { onlyBoringSsl } = await import('./boringssl.ts')
const { app } = await import('./app.ts')
await import('./electron.ts')
const { dialog } = await import('./desktop.ts')
const { Menu } = await import('./menu.ts')
const { closeChromium, launchChromium } = await import('./chromium.ts')

const modules: string[] = []
let target: string | undefined
const rest = process.argv.slice(1).values()
for (const argument of rest) {
  const [, name, value] = /^--([^=]+)=?(.*)$/.exec(argument) ?? []
  if (argument === '-r' || argument === '--require') modules.push(rest.next().value ?? '')
  else if (name === 'inspect') inspector.open(Number(value || 9229), '127.0.0.1')
  else if (name !== undefined) app.commandLine.appendSwitch(name, value)
  else if (!argument.startsWith('-')) target ??= argument
}
if (target === undefined) {
  console.error('electron host: no app given')
  process.exit(1)
}

const isScript = /\.[cm]?js$/.test(target)
const root = resolve(isScript ? dirname(target) : target)
const manifest = isScript
  ? {}
  : (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, string>)
app.host.configure(root, manifest)
app.host.ending = closeChromium

onlyBoringSsl()
const require = createRequire(join(process.cwd(), 'noop.js'))
for (const module of modules) require(resolve(module))

const entry = isScript ? resolve(target) : join(root, manifest['main'] ?? 'index.js')
const loaded = import(pathToFileURL(entry).href)
loaded.catch((error: unknown) => {
  console.error('App threw an error during load\n', error)
  process.exit(1)
})
// An entry that awaits app.whenReady() at its top level would wait forever.
await Promise.race([loaded, delay(1000, undefined, { ref: false })])
if (!app.host.isOver) {
  await launchChromium()
  // Electron shows the error and continues, unless the app or a test has a listener.
  process.on('uncaughtException', ({ stack }) => {
    if (process.listenerCount('uncaughtException') > 1) return
    dialog.showErrorBox('A JavaScript error occurred in the main process', `Uncaught Exception:\n${stack}`)
  })
  Menu.setDefaultMenu()
  app.host.becomeReady()
}
