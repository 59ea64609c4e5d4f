import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandTable } from '../../src-cli/command-table.ts'
import { createScanner, type Found } from '../support/canary-scan.ts'
import { recordSocket, type SocketRecorder } from '../support/socket-recorder.ts'
import { UseWorld } from '../support/use-world.ts'

/** The value that is kept of Stripe. */
const KEPT = `sk_test_${randomBytes(24).toString('hex')}`
/** What is typed into commands, or stands in a file that they read. */
const TYPED = `typed_${randomBytes(24).toString('hex')}`
const scan = createScanner([
  { kind: 'api-key', value: KEPT },
  { kind: 'password', value: TYPED }
])
const AWS_ID = 'AKIAIOSFODNN7EXAMPLE'

let world: UseWorld
let recorder: SocketRecorder
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEPT }, services: ['stripe'] })
  await world.allow('stripe')
  writeFileSync(file('.env'), `OTHER_API_KEY=${TYPED}\n`)
  writeFileSync(file('wrong.yaml'), `${TYPED}: [`)
  recorder = await recordSocket(world.home)
})
afterAll(async () => {
  await world.end()
  recorder.close()
})

const file = (name: string): string => join(world.home, name)

/** A call of a command: its arguments after the name, what is fed on standard input, and its exit code. */
type Call = readonly [args: () => readonly string[], fed: string, code: number]
const fed = (code: number, ...args: readonly string[]): Call => [() => args, `${TYPED}\n${TYPED}\n`, code]
const call = (code: number, ...args: readonly string[]): Call => [() => args, '', code]

/** Each command with a call that does its work, and one that fails at what it was fed. */
const rows: Readonly<Record<string, readonly Call[]>> = {
  status: [call(0), call(0, '--json', 'all'), call(4, TYPED)],
  show: [call(0, 'stripe'), call(0, 'stripe', '--json', 'all'), call(4, TYPED)],
  'sign-in': [
    [() => ['Shop', '--issuer', world.origin, '--client-id', 'x', '--client-secret'], `${TYPED}\n`, 70],
    call(64, TYPED)
  ],
  switch: [call(0, '--list'), call(4, TYPED, TYPED)],
  'sign-out': [call(4, TYPED, TYPED)],
  'sign-outs': [call(0), call(64, '--done', TYPED)],
  refresh: [call(64, 'stripe'), call(4, TYPED)],
  rotate: [fed(1, 'stripe', '--json', 'all'), call(0, 'stripe', '--undo'), call(4, TYPED)],
  key: [fed(0, 'save', 'one'), call(0, 'list', '--json', 'all'), call(64, 'save', 'two', TYPED)],
  'tool-key': [fed(0, 'set', 'exa'), call(0, 'list', '--json', 'all'), call(64, 'set', TYPED)],
  'mcp-token': [fed(64, 'set', 'server'), call(0, 'list', '--json', 'all')],
  extension: [call(64, TYPED), call(64, 'set', TYPED)],
  aws: [fed(0, 'add', '--key-id', AWS_ID, '--json', 'all'), call(64, 'add', '--key-id', TYPED)],
  request: [
    [() => ['stripe', `${world.origin}/v1`, '--include'], '', 0],
    [() => ['stripe', `${world.origin}/v1`, '--data-file', '-', '--no-prompt'], `${TYPED}\n`, 77],
    [() => ['stripe', `https://${TYPED}@x.example/`], '', 64]
  ],
  run: [call(77, '--use', 'stripe', '--no-prompt', '--', 'true'), call(64, '--reveal', TYPED, '--', 'true')],
  relay: [call(77, 'stripe', '--no-prompt'), call(4, TYPED, '--no-prompt')],
  tool: [[() => [file('wrong.yaml'), 'x'], '', 64], call(64, `/${TYPED}`, 'x')],
  token: [call(77, 'stripe', '--no-prompt'), call(4, TYPED, '--no-prompt')],
  approvals: [call(1, '--list'), call(1, '--json', 'all'), call(64, '--revoke', TYPED)],
  propose: [call(4, 'scope', TYPED, 'repo'), call(64, 'rule', 'stripe', TYPED)],
  pair: [[() => ['builder', '--key-file', file('builder.key')], '', 0], call(64, `${TYPED} `)],
  policy: [call(0), [() => ['--dry-run', file('wrong.yaml')], '', 64]],
  audit: [call(0), call(0, '--json', 'all'), call(64, '--limit', TYPED)],
  explain: [call(0), call(64, TYPED)],
  serve: [call(0)],
  helper: [fed(0, 'git', 'get'), call(64, TYPED)],
  setup: [call(4, 'git', '--dry-run'), call(64, TYPED)],
  unsetup: [call(0, 'git', '--dry-run'), call(64, TYPED)],
  mcp: [fed(0)],
  'mcp-proxy': [call(4, 'https://mcp.example.com/mcp'), call(64, `https://${TYPED}@mcp.example.com/`)],
  import: [[() => [file('.env'), '--json', 'all'], '', 0], fed(64, '-'), call(64, `/${TYPED}`)],
  export: [[() => [file('all.age')], `${TYPED}\n`, 0], call(64, `/${TYPED}/x.age`)],
  store: [call(1), call(1, '--json', 'all')],
  move: [call(64, '--to', TYPED)],
  lock: [call(1)],
  unlock: [call(0)],
  doctor: [call(1), call(1, '--json', 'all')],
  completion: [call(0, 'bash'), call(64, TYPED)]
}

it('has a row for every command of the table', () => {
  expect(Object.keys(rows).toSorted()).toEqual(commandTable.map(({ name }) => name).toSorted())
})

/** Every file of the home but those that this test has written; the store seals its own. */
function foundInFiles(folder = world.home): readonly (Found & { readonly name: string })[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return foundInFiles(path)
    if (!statSync(path).isFile() || ['.env', 'wrong.yaml'].includes(name)) return []
    return scan(readFileSync(path)).map((found) => ({ ...found, name }))
  })
}

it.each(Object.entries(rows))(
  'shows no secret in what it writes, in what the vault answers, and in the files of the home: %s',
  async (name, calls) => {
    recorder.begin()
    const codes: number[] = []
    for (const [args, input] of calls) {
      const { code, errors, out } = await world.latchkey([name, ...args()], input)
      codes.push(code)
      expect([...scan(out), ...scan(errors)], String(codes.length)).toEqual([])
    }
    // An option that there is not, as a secret that stands at a wrong place.
    const unknown = await world.latchkey([name, `--${TYPED}`])
    expect([unknown.code, scan(unknown.out + unknown.errors)]).toEqual([64, []])
    expect(codes).toEqual(calls.map(([, , code]) => code))
    expect(recorder.answered().flatMap((bytes) => scan(bytes))).toEqual([])
    expect(foundInFiles()).toEqual([])
  }
)

it('the search finds what is planted', () => {
  expect([KEPT, TYPED].map((value) => scan(`x${value}y`).length > 0)).toEqual([true, true])
})
