import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'

const require = createRequire(import.meta.url)
const read = (file: string): string => readFileSync(file, 'utf8')
async function readAll(pattern: string): Promise<string> {
  let text = ''
  for await (const file of glob(pattern)) if (!file.includes('.test.')) text += read(file)
  return text
}
const named = (text: string, pattern: RegExp): Set<string> =>
  new Set([...text.matchAll(pattern)].map(([, name = '']) => name))
const missing = (some: Iterable<string>, ...from: ReadonlySet<string>[]): string[] =>
  [...some].filter((name) => !from.some((names) => names.has(name))).toSorted()

const types = read(require.resolve('electron/electron.d.ts'))
const app = await readAll('src-main/{main.ts,shell/*.ts}')
const host = await readAll('electron-host/src/*.ts')
const table = read('electron-host/README.md')

const known = named(types, /\bon\(event: '([\w-]+)'/g)
const emitted = named(host, /\b(?:announce|isPrevented)\([\w.#]+,\s*'([\w-]+)'|event: '(will-[\w-]+)'/g)
for (const [, name = ''] of host.matchAll(/\{ event: '([\w-]+)'/g)) emitted.add(name)
emitted.delete('')
const silent = new Set(
  [...host.matchAll(/\bSilent<([^>]+)>/g)].flatMap(([, union = '']) => [...named(union, /'([\w-]+)'/g)])
)
const used = named(app, /\.(?:on|once)\(\s*'([\w-]+)'/g)
const listed = named(table, /^\| `event: ([\w-]+)`/gm)

describe('events, with the types of the installed Electron as the oracle', () => {
  it('are of the version that is installed', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { electron: string } }
    expect(types.split('\n')[0]).toBe(`// Type definitions for Electron ${devDependencies.electron}`)
  })

  it('that the app listens to are Electron’s, or the vault’s own', () => {
    const own = new Set(['changed', 'storageChanged', 'clockChanged', 'preferencesChanged'])
    expect(used.size).toBeGreaterThan(20)
    expect(missing(used, known, own)).toEqual([])
    expect(missing(used, emitted, silent, own)).toEqual([])
  })

  it('that the stand-in emits or takes in silence are Electron’s', () => {
    expect(emitted.size).toBeGreaterThan(30)
    expect(missing([...emitted, ...silent], known)).toEqual([])
    expect([...silent].filter((name) => emitted.has(name))).toEqual([])
  })

  it('that it takes in silence are in its table, each with what guards it', () => {
    expect(silent.size).toBeGreaterThan(5)
    expect([...listed].toSorted()).toEqual([...silent].toSorted())
  })
})
