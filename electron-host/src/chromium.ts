// Owns the Chromium process and hands out its page targets.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { app } from './app.ts'
import { Connection, type Json, type Session } from './cdp.ts'
import { findChromium } from './installed-chromium.ts'
import { systemTheme } from './system-theme.ts'

/** A page in Chromium. `openerId` exists for pop-ups only. */
export type Target = { targetId: string; session: Session; openerId: string | undefined }
export type TargetOptions = { width: number; height: number; browserContextId: string | undefined }

/** True: Chromium has windows on a screen. False: Chromium paints into memory. */
export const HEADED = process.env['ELECTRON_HOST_HEADED'] === '1'
export const DEBUG = Boolean(process.env['ELECTRON_HOST_DEBUG'])

/** An address that leads nowhere. */
const NO_BUS = 'disabled:'
/** Chromium's own lines, which say why it ended. */
const KEPT_LINES = 20

const started = Promise.withResolvers<Connection>()
const exited = Promise.withResolvers<void>()
let program = ''
let chromium: ChildProcess | undefined
/** True once the host itself ends Chromium. */
let isClosing = false
let creating: Promise<unknown> = Promise.resolve()
let arrived: ((target: Target) => void) | undefined
let popupHandler: ((target: Target) => void) | undefined

/** The browser-level connection; pending until Chromium is up. */
export const browser: Promise<Connection> = started.promise
/** Sets the handler that decides about the pages that pages open. */
export const onPopup = (handler: (target: Target) => void): void => void (popupHandler = handler)

async function executable(): Promise<string> {
  const found = await findChromium(HEADED)
  if (found === null) throw new Error('electron host: no Chromium found; set ELECTRON_HOST_CHROMIUM')
  return found
}

const profile = (): string => join(app.getPath('userData'), 'host-chromium')

/** Electron lets every page close itself, and a test tool may fall back to the theme of the desktop. */
function blinkSettings(): string {
  const scheme = systemTheme.current === 'dark' ? 0 : 1 // blink::mojom::PreferredColorScheme
  return `allowScriptsToCloseWindows=true,preferredColorScheme=${scheme}`
}

function switches(): string[] {
  // Chromium refuses to sandbox as root. For the stand-in only: a person's machine runs nothing as root.
  const asRoot = process.getuid?.() === 0 && !app.commandLine.hasSwitch('no-sandbox')
  return [
    `--user-data-dir=${profile()}`,
    '--remote-debugging-pipe',
    '--no-startup-window',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--disable-popup-blocking', // setWindowOpenHandler decides about window.open
    `--blink-settings=${blinkSettings()}`,
    '--allow-file-access-from-files', // Electron lets file:// pages load file:// modules
    ...(asRoot ? ['--no-sandbox'] : []),
    // --test-type: no bar about --no-sandbox
    ...(HEADED ? ['--test-type'] : ['--headless=new', '--disable-gpu', '--font-render-hinting=none'])
  ]
}

/**
 * Chromium ends itself when a bus that it is connected to goes away, also in the middle of a test whose bus is its
 * own. Without windows on a screen it needs none: trays, dialogs and themes are the host's work.
 */
function environment(): NodeJS.ProcessEnv {
  if (HEADED) return process.env
  return { ...process.env, DBUS_SESSION_BUS_ADDRESS: NO_BUS, DBUS_SYSTEM_BUS_ADDRESS: NO_BUS }
}

/** Starts Chromium and resolves when it accepts requests for pages. */
export async function launchChromium(): Promise<void> {
  mkdirSync(profile(), { recursive: true })
  const stdio = ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] as const
  program = await executable()
  const args = [...switches(), ...app.commandLine.toArguments()]
  const child = spawn(program, args, { stdio: [...stdio], env: environment() })
  chromium = child
  const lastLines: string[] = []
  createInterface({ input: child.stderr! }).on('line', (line) => {
    if (line.startsWith('DevTools listening') || DEBUG) process.stderr.write(`${line}\n`)
    if (lastLines.push(line) > KEPT_LINES) lastLines.shift()
  })
  child.on('exit', (code, signal) => {
    exited.resolve()
    const told = isClosing ? Promise.resolve() : tellEnd(child, signal ?? `code ${code}`, lastLines)
    void told.then(() => app.exit(1)) // unless the app is quitting, which has ended Chromium
  })

  const connection = new Connection(child.stdio[3] as Writable, child.stdio[4] as Readable)
  const { root } = connection
  const { product } = await root.send('Browser.getVersion')
  Object.assign(process.versions, { chrome: product.split('/')[1] })
  root.on('Target.attachedToTarget', ({ sessionId, targetInfo: { targetId, openerId } }: Json) => {
    const target: Target = { targetId, session: connection.session(sessionId), openerId }
    if (openerId === undefined) arrived?.(target)
    else popupHandler?.(target)
  })
  const patterns = [{ urlPattern: '*' }, { urlPattern: '*', requestStage: 'Response' }]
  await root.send('Fetch.enable', { patterns, handleAuthRequests: true })
  // waitForDebuggerOnStart: a pop-up stands still until setWindowOpenHandler has answered.
  const filter = [{ type: 'page' }]
  const attach = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter }
  await root.send('Target.setAutoAttach', attach)
  await root.send('Target.setDiscoverTargets', { discover: true, filter })
  started.resolve(connection)
}

/** Says why Chromium is gone: a test that lost its page can not tell. */
async function tellEnd(child: ChildProcess, end: string, lastLines: readonly string[]): Promise<void> {
  // Its last lines come with the end of the stream, which one of its own processes may keep open.
  await Promise.race([once(child, 'close'), new Promise((resolve) => setTimeout(resolve, 200))])
  const lines = lastLines.map((line) => `\n  ${line}`).join('')
  process.stderr.write(`electron host: Chromium ended unasked, ${end}${lines}\n`)
}

/** Resolves when the process is gone: it writes to its profile until then. Kills it after three seconds. */
export async function closeChromium(): Promise<void> {
  if (chromium === undefined) return
  isClosing = true
  void browser.then(({ root }) => root.send('Browser.close')).catch(() => undefined)
  const timer = setTimeout(() => chromium?.kill('SIGKILL'), 3000)
  await exited.promise
  clearTimeout(timer)
}

/** Ends a page. The headless shell crashes if a page ends while its last messages are under way. */
export async function closeTarget(targetId: string): Promise<void> {
  const { root } = await browser
  if (!HEADED) await new Promise((resolve) => setTimeout(resolve, 100))
  await root.send('Target.closeTarget', { targetId })
}

/** Creates one page at a time, so that the next page target without an opener is the requested one. */
export function createTarget(options: TargetOptions): Promise<Target> {
  const created = creating.then(async () => {
    const { root } = await browser
    const { promise, resolve } = Promise.withResolvers<Target>()
    arrived = resolve
    if (HEADED && options.browserContextId === undefined) openAppWindow()
    else await root.send('Target.createTarget', { url: 'about:blank', newWindow: true, ...options })
    const target = await promise
    arrived = undefined
    return target
  })
  creating = created.catch(() => undefined)
  return created
}

/** Only --app gives a window without tabs and address bar; a second start finds the first by its profile. */
function openAppWindow(): void {
  const sandbox = process.getuid?.() === 0 || app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []
  const args = [`--user-data-dir=${profile()}`, '--test-type', ...sandbox, '--app=data:text/html,']
  spawn(program, args, { stdio: 'ignore' })
}

export type Place = { x: number; y: number; width: number; height: number; visible: boolean }

/** The size is that of the page, as with Electron where the window manager draws the frame. */
export async function placeWindow(targetId: string, { x, y, width, height, visible }: Place): Promise<void> {
  const { root } = await browser
  const { windowId } = await root.send('Browser.getWindowForTarget', { targetId })
  const bounds = (change: object): Promise<Json> =>
    root.send('Browser.setWindowBounds', { windowId, bounds: change })
  if (HEADED) await bounds({ windowState: 'normal' })
  if (HEADED && (x !== 0 || y !== 0)) await bounds({ left: x, top: y })
  await root.send('Browser.setContentsSize', { windowId, width, height })
  if (HEADED && !visible) await bounds({ windowState: 'minimized' })
}
