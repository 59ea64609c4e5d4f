import { readFileSync } from 'node:fs'
import { parse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { doctorReport, type DoctorReport, type DoctorRow } from '#shared/doctor.ts'
import { problemCodes, VaultError } from '#shared/problem.ts'
import { VaultRefusal } from '../src-socket/vault-connection.ts'
import type { CliPorts } from './cli.ts'
import { commandTable } from './command-table.ts'
import { fakeVault } from './client/vault.testkit.ts'
import { type CliRun, runFake } from './terminal/cli.testkit.ts'
import { exitCodes, topics } from './terminal/command.ts'
import { overview } from './terminal/help.ts'

const row = (state: DoctorRow['state'], change: Partial<DoctorRow> = {}): DoctorRow => ({
  id: 'modes',
  state,
  fact: 'a fact',
  why: 'a reason',
  remedy: 'a remedy',
  fixable: false,
  files: [],
  ...change
})

const reportOf = (rows: readonly DoctorRow[]): DoctorReport => ({
  checkedAt: '2026-11-21T10:00:00.000Z',
  version: '1',
  rows: [...rows],
  repaired: ['Made 1 file or folder private.']
})

const emptyRow = { summary: '', forms: [], options: [], about: [], exitCodes: '' }

async function run(
  args: readonly string[],
  rows: readonly DoctorRow[] = [row('ok')],
  change: Partial<CliPorts> = {}
): Promise<CliRun & { readonly calls: unknown[] }> {
  const calls: unknown[] = []
  const report = reportOf(rows)
  const ended = await runFake(args, {
    reachHome: async (way) => {
      calls.push(way)
      return fakeVault({ runDoctor: async () => report, fixDoctor: async () => report }, calls)
    },
    ...change
  })
  return { ...ended, calls }
}

describe('latchkey doctor', () => {
  it.each([
    ['passes', 0, [row('ok'), row('skipped')]],
    ['warns', 1, [row('ok'), row('warning')]],
    ['fails', 2, [row('failure'), row('warning')]]
  ])('ends with a code that says that it %s: %i', async (_, code, rows) => {
    expect((await run(['doctor'], rows)).code).toBe(code)
  })

  it('draws aligned rows with a sign, and adds a reason and a remedy only to failed rows', async () => {
    const { out } = await run(['doctor'], [row('failure'), row('ok', { id: 'keychain', fact: '41 ms' })])
    expect(out.split('\n')).toEqual([
      '✗ File permissions     a fact',
      '                       a reason',
      '                       → a remedy',
      '✓ Keychain round trip  41 ms',
      '',
      'Repaired: Made 1 file or folder private.',
      '1 passed, 0 warnings, 1 failed, 0 skipped',
      ''
    ])
  })

  it('uses colour only on a terminal', async () => {
    const escape = '\u001b['
    expect((await run(['doctor'])).out).not.toContain(escape)
    expect((await run(['doctor'], undefined, { hasColour: () => true })).out).toContain(`${escape}32m✓`)
  })

  it('writes JSON that the schema of the report reads', async () => {
    const { out } = await run(['doctor', '--json', 'all'], [row('warning')])
    expect(parse(doctorReport, JSON.parse(out)).rows[0]?.state).toBe('warning')
  })

  it('writes the fields that are picked, in their order', async () => {
    const { out } = await run(['doctor', '--json', 'version,checkedAt'])
    expect(JSON.parse(out)).toEqual({ version: '1', checkedAt: '2026-11-21T10:00:00.000Z' })
    expect(out.indexOf('version')).toBeLessThan(out.indexOf('checkedAt'))
  })

  it.each([
    ['does not answer', 'BROKER_UNREACHABLE'],
    ['gives an answer of another version', 'PROTOCOL_MISMATCH']
  ] as const)('looks from outside when the vault %s', async (_, code) => {
    const ways: string[] = []
    const runDoctor = () => Promise.reject(new VaultRefusal({ code, message: '' }))
    const reachHome = async (way: string) => {
      ways.push(way)
      return fakeVault(way === 'find' ? { runDoctor } : { runDoctor: async () => reportOf([row('ok')]) }, [])
    }
    expect(await run(['doctor'], [], { reachHome })).toMatchObject({ code: 0, errors: '' })
    expect(ways).toEqual(['find', 'outside'])
  })

  it('says what the vault refuses, and does not go round it', async () => {
    const refusal = new VaultRefusal({ code: 'INVALID_REQUEST', message: 'Only the person may ask.' })
    const reachHome = async () => fakeVault({ runDoctor: () => Promise.reject(refusal) }, [])
    expect(await run(['doctor'], [], { reachHome })).toMatchObject({
      code: 64,
      errors: 'latchkey: Only the person may ask. (INVALID_REQUEST)\n'
    })
  })

  it('puts the code behind the first line, so that a command in the last one can be copied', async () => {
    const refusal = new VaultRefusal({
      code: 'INVALID_REQUEST',
      message: 'It needs more. Run:\n  latchkey x'
    })
    const reachHome = async () => fakeVault({ runDoctor: () => Promise.reject(refusal) }, [])
    expect((await run(['doctor'], [], { reachHome })).errors).toBe(
      'latchkey: It needs more. Run: (INVALID_REQUEST)\n  latchkey x\n'
    )
  })

  it('repairs and opens entries only if asked to, and always closes', async () => {
    const looked = ['find', ['runDoctor', { readEntries: false }], ['close']]
    expect((await run(['doctor'])).calls).toEqual(looked)
    const fixed = ['find', ['fixDoctor', { readEntries: true, checks: null }], ['close']]
    expect((await run(['doctor', '--fix', '--entries'])).calls).toEqual(fixed)
  })

  const seeDoctor = 'See “latchkey doctor --help”.'
  it.each([
    [['docter'], 'latchkey: There is no such command. Did you mean “latchkey doctor”?'],
    [['ghp_0123456789'], 'latchkey: There is no such command. See “latchkey --help”.'],
    [['doctor', 'x'], `latchkey doctor: It takes no argument. ${seeDoctor}`],
    [['doctor', '--nope'], `latchkey doctor: There is no option of that name. ${seeDoctor}`],
    [
      ['doctor', '--jsno'],
      `latchkey doctor: There is no option of that name. Did you mean --json? ${seeDoctor}`
    ],
    [['doctor', '-j'], `latchkey doctor: There is no option of that name. ${seeDoctor}`],
    [['doctor', '--fix=ghp_0123456789'], `latchkey doctor: --fix takes no value. ${seeDoctor}`],
    [
      ['doctor', '--json=version,ghp_0123456789'],
      `latchkey doctor: The fields of --json are checkedAt, version, rows, repaired, and all for every one. ${seeDoctor}`
    ],
    [['move', '--to', '--resume'], 'latchkey move: --to needs a value: STORE. See “latchkey move --help”.'],
    [['run', '--use', '--', 'true'], 'latchkey run: --use needs a value: SERVICE. See “latchkey run --help”.']
  ])('refuses %j: says why in one line, does not repeat it, and ends with 64', async (args, line) => {
    const { code, out, errors, calls } = await run(args)
    expect({ code, out, errors, calls }).toEqual({
      code: exitCodes.usage,
      out: '',
      errors: `${line}\n`,
      calls: []
    })
  })

  it.each([[[]], [['--help']], [['-h']], [['help']]])(
    'shows all commands on one screen: %j',
    async (args) => {
      const { code, out, errors } = await run(args)
      expect([code, errors]).toEqual([0, ''])
      expect(out.split('\n').length).toBeLessThanOrEqual(24)
      const named = out.split(/[\s,]+/)
      for (const { name } of commandTable) expect(named).toContain(name)
      expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
    }
  )

  it('has room on that screen for the commands that are to come', () => {
    const many = topics.flatMap((topic) =>
      Array.from({ length: 8 }, (_, number) => ({ ...emptyRow, name: `sign-in-${number}`, topic }))
    )
    const lines = overview(many).split('\n')
    expect(lines.length).toBeLessThanOrEqual(24)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
  })

  it.each(topics)('says what each command of a topic is for: %s', async (topic) => {
    const rows = commandTable.filter((row) => row.topic === topic)
    for (const words of [topic.split(' '), [topic.split(' ')[0]?.toLowerCase() ?? '']]) {
      const { code, out } = await run(['help', ...words])
      expect([code, out.split('\n')[0]]).toEqual([0, topic])
      for (const { name, summary } of rows) expect(out).toMatch(new RegExp(`  ${name} +${summary}\n`))
    }
  })

  it('leaves “--help” after “--” to the program that is run', async () => {
    const { out } = await run(['run', '--', 'git', '--help'], [], {
      openVault: () => Promise.reject(new Error())
    })
    expect(out).toBe('')
  })

  it('is prepared before the code of a command, and further for one that opens a home', async () => {
    const asked: string[] = []
    const prepare = async (...args: string[]): Promise<string[]> => {
      asked.length = 0
      await run(args, [], {
        beforeCommand: async (name) => {
          asked.push(name)
          return null
        },
        beforeOpening: async () => {
          asked.push('a home')
          return null
        }
      })
      return [...asked]
    }
    expect(await prepare('status')).toEqual(['status'])
    expect(await prepare('doctor')).toEqual(['doctor', 'a home'])
    for (const args of [
      ['--help'],
      ['--version'],
      ['docter'],
      ['status', '--json'],
      ['status', '--mistake']
    ]) {
      expect(await prepare(...args)).toEqual([])
    }
  })

  it('is closed to debuggers where SECURITY.md says so: for the commands that may open a home', () => {
    const text = readFileSync('SECURITY.md', 'utf8')
    const [, list = ''] = /may open the data folder themselves \(([^)]*)\)/.exec(text) ?? []
    const named = [...list.matchAll(/(?<=`)[\w-]+(?=`)/g)].map(([name]) => name)
    const opening = commandTable.filter(({ opensNothing }) => opensNothing !== true).map(({ name }) => name)
    // The vault's own process, and the helpers of tools.
    expect([...named, 'serve', 'helper'].toSorted()).toEqual(opening.toSorted())
  })

  it('ends with the code of the way in which a command was run in place of this one', async () => {
    const calls = { reachHome: () => Promise.reject(new Error('It ran here, too.')) }
    expect(await run(['status'], [], { ...calls, beforeCommand: async () => 7 })).toMatchObject({ code: 7 })
    expect(await run(['doctor'], [], { ...calls, beforeOpening: async () => 8 })).toMatchObject({ code: 8 })
  })

  it.each(commandTable)('shows $name with each of its options', async ({ name, options, forms }) => {
    for (const args of [
      [name, '--help'],
      [name, '-h'],
      ['help', name]
    ]) {
      const { code, out, errors } = await run(args)
      expect([code, errors]).toEqual([0, ''])
      const joined = out.replaceAll(/\s+/g, ' ')
      for (const form of forms) expect(joined).toContain(`latchkey ${form} `)
      for (const option of options) expect(out).toContain(`  --${option.name}`)
      expect(out.split('\n').length).toBeLessThanOrEqual(25)
      expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
    }
  })

  it('names in its forms every option that it takes, and no other', () => {
    for (const { forms, options } of commandTable) {
      const named = forms.join(' ').match(/--[a-z-]+/g) ?? []
      expect([...new Set(named)].toSorted()).toEqual(options.map(({ name }) => `--${name}`).toSorted())
    }
  })

  it('answers in JSON, but for the commands that docs/command-line.md names', () => {
    const text = readFileSync('docs/command-line.md', 'utf8')
    const [, list = ''] = /Six commands have no `--json`([^\n]*)/.exec(text) ?? []
    const named = [...list.matchAll(/(?<=`)[\w-]+(?=`)/g)].map(([name]) => name)
    const without = commandTable.filter(({ options }) => options.every(({ fields }) => fields === undefined))
    expect(without.map(({ name }) => name).toSorted()).toEqual(named.toSorted())
  })

  const withJson = commandTable.filter(({ options }) => options.some(({ fields }) => fields !== undefined))
  it.each(withJson)('lists the fields of its JSON, and does nothing else: $name --json', async (command) => {
    for (const args of [['--json'], ['--json='], ['--json', '--', 'x']]) {
      const { code, out, errors, calls } = await run([command.name, ...args])
      expect({ code, errors, calls }).toEqual({ code: 0, errors: '', calls: [] })
      expect(out.trim().split('\n')).toEqual(command.options.find(({ name }) => name === 'json')?.fields)
    }
  })

  it.each(['--version', '-V', 'version'])('says its version: %s', async (arg) => {
    expect(await run([arg])).toMatchObject({ code: 0, out: 'latchkey 1.2.3\n', errors: '' })
  })

  it.each([
    [
      new VaultError('CONFIG_INVALID', { message: 'LATCHKEY_HOME must be an absolute path.' }),
      exitCodes.usage,
      'LATCHKEY_HOME'
    ],
    [new SyntaxError('ghp_0123456789 is not JSON'), exitCodes.internal, 'INTERNAL']
  ])('says in a fixed sentence why it can not run', async (error, exit, text) => {
    const reachHome = async () => {
      throw error
    }
    const { code, errors } = await run(['doctor'], [], { reachHome })
    expect(code).toBe(exit)
    expect(errors).toContain(text)
    expect(errors).not.toContain('ghp_')
  })

  it.each(problemCodes)('ends alike, whether the vault or the command finds it: %s', async (code) => {
    const found = new VaultError(code, { message: 'It said why.' })
    const answered = new VaultRefusal({ code, message: 'It said why.' })
    const ended = async (thrown: Error): Promise<CliRun> =>
      await run(['token', 'x'], [], { openVault: () => Promise.reject(thrown) })
    const own = await ended(found)
    expect(own).toEqual(await ended(answered))
    expect(own.errors).toBe(`latchkey: It said why. (${code})\n`)
    expect(own.code).toBeGreaterThan(0)
  })
})
