import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createScanner, type Found } from '../support/canary-scan.ts'
import type { CliEnd } from '../support/run-cli.ts'
import { recordSocket, type SocketRecorder } from '../support/socket-recorder.ts'
import { UseWorld } from '../support/use-world.ts'

const planted = (kind: string): string => `${kind}_${randomBytes(24).toString('hex')}`
const KEY = planted('key')
const TOOL = planted('tool')
const MCP = planted('mcp')
const SETTING = planted('setting')
const scan = createScanner([
  { kind: 'api-key', value: KEY },
  { kind: 'api-key', value: TOOL },
  { kind: 'access-token', value: MCP },
  { kind: 'password', value: SETTING }
])

let world: UseWorld
let recorder: SocketRecorder
beforeAll(async () => {
  world = await UseWorld.start({ keys: {}, services: [] })
  expect((await world.latchkey(['key', 'list'])).code).toBe(0)
  recorder = await recordSocket(world.home)
})
afterAll(async () => {
  await world.end()
  recorder.close()
})

/** Every file of the home; the store seals its own. */
function foundInFiles(folder: string): readonly Found[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return foundInFiles(path)
    return statSync(path).isFile() ? scan(readFileSync(path)) : []
  })
}

it('what the commands for keys keep is in no output, no answer of the vault and no file', async () => {
  const folder = join(world.home, 'extension')
  mkdirSync(folder)
  writeFileSync(join(folder, '.env'), `TAKEN=${SETTING}\n`, { mode: 0o600 })
  const ends: CliEnd[] = []
  const run = async (args: readonly string[], input = ''): Promise<void> => {
    ends.push(await world.latchkey(args, input))
  }
  recorder.begin()
  await run(['key', 'save', 'canary'], KEY)
  await run(['key', 'save', 'canary', '--yes'], KEY)
  await run(['tool-key', 'set', 'exa'], TOOL)
  await run(['mcp-token', 'set', 'server'], `{"token":{"accessToken":"${MCP}","tokenType":"Bearer"}}`)
  await run(['extension', 'set', 'Weather', 'SETTING', '--folder', folder], SETTING)
  await run(['extension', 'set', 'Weather', 'TAKEN', '--take', '--folder', folder])
  const all = [['key'], ['tool-key'], ['mcp-token'], ['extension', 'list', 'Weather', '--folder', folder]]
  for (const list of all) for (const json of [[], ['--json', 'all']]) await run([...list, ...json])
  await run(['key', 'show', 'canary'])
  expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0))
  await run(['key', 'load', 'canary', '--no-prompt'])
  await run(['mcp-token', 'set', 'broken'], `{"token":{"accessToken":"${MCP}"`)
  await run(['key', 'save', 'broken'], `${KEY}\u0001`)
  await run(['key', KEY])
  await run(['key', 'save', 'argv', KEY])
  expect(ends.slice(-5).map(({ code }) => code)).toEqual([77, 64, 64, 64, 64])
  expect(ends.flatMap(({ out, errors }) => [...scan(out), ...scan(errors)])).toEqual([])
  expect(recorder.answered().flatMap((bytes) => scan(bytes))).toEqual([])
  expect(foundInFiles(world.home)).toEqual([])
})

it('the search finds what is planted', () => {
  expect([KEY, TOOL, MCP, SETTING].map((value) => scan(`x${value}y`).length > 0)).toEqual([
    true,
    true,
    true,
    true
  ])
})
