import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** The code that a chunk of the build loads at once, itself first. */
function loadedBy(chunk: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (found.has(chunk)) return found
  const code = readFileSync(join('out', 'cli', chunk), 'utf8')
  found.set(chunk, code)
  for (const [, next = ''] of code.matchAll(/^(?:import|export) [^;]*?"\.\/([\w-]+\.js)"/gm))
    loadedBy(next, found)
  return found
}

/** What no program that only asks the vault may load, by a text that only its code has. */
const heavy = [
  ['the schema library', 'vendor: "valibot"'],
  ['SQLite', 'node:sqlite'],
  ['the keychain', '@napi-rs/keyring'],
  ['the server of HTTP', 'node:http'],
  ['a terminal that is asked', 'node:readline'],
  ['child processes', 'getBuiltinModule("node:child_process")']
] as const

it('loads no heavy part for a command that asks the vault, and one file besides that of each start', () => {
  const chunks = loadedBy('client.js')
  expect([...chunks.keys()].toSorted()).toEqual(['client.js', 'latchkey.js', 'rolldown-runtime.js'])
  const code = [...chunks.values()].join('\n')
  for (const command of ['status', 'show', 'token']) expect(code).toContain(`var ${command}Command = `)
  for (const [name, text] of heavy) expect([name, code.includes(text)]).toEqual([name, false])
})

it('knows the heavy parts where they are', () => {
  const chunks = ['move.js', 'vault.js', 'run.js', 'ask-approval.js', 'keychain-helper.js']
  const whole = chunks.flatMap((chunk) => [...loadedBy(chunk).values()]).join('\n')
  for (const [name, text] of heavy) expect([name, whole.includes(text)]).toEqual([name, true])
})

/** What Node loads for `import` of `node:fs`, for `node:crypto`, and for a socket; the streams of output are files here. */
const heavyOfNode = ['internal/fs/promises', 'internal/crypto/util', 'net', 'child_process', 'tty']
/** Says at its end what Node has loaded, on a stream of its own. */
const report = `process.on('exit', () => process.getBuiltinModule('fs').writeSync(3, process.moduleLoadList.join('\\n')))`

it.each([
  '--help',
  '--version',
  'help status',
  'status --json',
  'completion bash',
  'docter',
  'status --mistake'
])('loads little of Node: latchkey %s', (line) => {
  const whole = ['--import', `data:text/javascript,${report}`, 'bin/latchkey.mjs', ...line.split(' ')]
  const nothing = openSync('/dev/null', 'w')
  const { output } = spawnSync(process.execPath, whole, { stdio: ['ignore', nothing, nothing, 'pipe'] })
  closeSync(nothing)
  const loaded = (output[3]?.toString() ?? '').replaceAll('NativeModule ', '').split('\n')
  expect(loaded).toContain('fs')
  expect(heavyOfNode.filter((part) => loaded.includes(part))).toEqual([])
})
