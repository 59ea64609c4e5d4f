// The built app against the host: the host has everything that the app's main process uses of `electron`.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { electronUse } from '../src/bundle-coverage.ts'
import { fixtureApp } from './fixture.ts'

const bundle = join(import.meta.dirname, '../../out/main/main.js')
const host = resolve(import.meta.dirname, '..')

/** Returns names and members of `use` that the host lacks. A Node process of its own asks the host. */
function lacking(use: Map<string, Set<string>>): string[] {
  const script = `
    const host = await import(${JSON.stringify(join(host, 'src/electron.ts'))})
    const has = (owner, member) => { try { return member in owner || owner[member] !== undefined } catch { return false } }
    const lacking = JSON.parse(process.argv[1]).flatMap(([name, members]) =>
      host[name] === undefined ? [name] : members.filter((m) => !has(host[name], m)).map((m) => name + '.' + m))
    console.log(JSON.stringify(lacking))`
  const wanted = JSON.stringify([...use].map(([name, members]) => [name, [...members]]))
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  const args = ['--input-type=module', '-e', script, wanted]
  return JSON.parse(execFileSync(join(host, 'bin/electron'), args, { encoding: 'utf8', env })) as string[]
}

test('the built app asks Electron for nothing that the host lacks', () => {
  expect(existsSync(bundle), 'out/main/main.js is there: npm run build comes first').toBe(true)
  const folder = dirname(bundle)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js')
  )
  const uses = files.map((name) => electronUse(readFileSync(join(folder, name), 'utf8')))
  expect(Math.max(...uses.map((use) => use.size))).toBeGreaterThan(3)
  expect(uses.flatMap(lacking)).toEqual([])
})

test('what the host lacks is found, by name and by member', () => {
  const code = `import { app, desktopCapturer, session as s } from 'electron'
    app.quit(); app.getGPUInfo(); s.fromPartition('x'); s.fromPath('x')
    function own(app) { app.itsOwn() }
    { const { s } = other; s.itsOwn() }`
  expect(lacking(electronUse(code))).toEqual(['app.getGPUInfo', 'desktopCapturer', 'session.fromPath'])
})

test('the fixture app asks for nothing that the host lacks', () => {
  const use = electronUse(readFileSync(join(fixtureApp, 'main.js'), 'utf8'))
  expect([...use.keys()]).toContain('BrowserWindow')
  expect(lacking(use)).toEqual([])
})
