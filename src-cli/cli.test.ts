import { parse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { doctorReport, type DoctorReport, type DoctorRow } from '#shared/doctor.ts'
import { VaultError } from '#shared/problem.ts'
import { VaultRefusal } from '../src-socket/vault-connection.ts'
import type { CliPorts } from './cli.ts'
import { commandTable } from './command-table.ts'
import { fakeVault } from './client/vault.testkit.ts'
import { type CliRun, runFake } from './terminal/cli.testkit.ts'
import { exitCodes } from './terminal/command.ts'

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
    const { out } = await run(['doctor', '--json'], [row('warning')])
    expect(parse(doctorReport, JSON.parse(out)).rows[0]?.state).toBe('warning')
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
    [['doctor', '--json=ghp_0123456789'], `latchkey doctor: --json takes no value. ${seeDoctor}`]
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
      for (const { name, summary } of commandTable)
        expect(out).toContain(`  ${name.padEnd(10)}  ${summary}\n`)
      expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
    }
  )

  it.each(commandTable)('shows $name with each of its options', async ({ name, options, forms }) => {
    for (const args of [
      [name, '--help'],
      [name, '-h'],
      ['help', name]
    ]) {
      const { code, out, errors } = await run(args)
      expect([code, errors]).toEqual([0, ''])
      for (const form of forms) expect(out).toContain(`latchkey ${form}\n`)
      for (const option of options) expect(out).toContain(`  --${option.name}`)
      expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(110)
    }
  })

  it('names in its forms every option that it takes, and no other', () => {
    for (const { forms, options } of commandTable) {
      const named = forms.join(' ').match(/--[a-z-]+/g) ?? []
      expect([...new Set(named)].toSorted()).toEqual(options.map(({ name }) => `--${name}`).toSorted())
    }
  })

  it.each(['--version', '-V', 'version'])('says its version: %s', async (arg) => {
    expect(await run([arg])).toMatchObject({ code: 0, out: 'latchkey 1.2.3\n', errors: '' })
  })

  it.each([
    [
      new VaultError('CONFIG_INVALID', { message: 'LATCHKEY_HOME must be an absolute path.' }),
      'LATCHKEY_HOME'
    ],
    [new SyntaxError('ghp_0123456789 is not JSON'), 'INTERNAL']
  ])('says in a fixed sentence why it can not run', async (error, text) => {
    const reachHome = async () => {
      throw error
    }
    const { code, errors } = await run(['doctor'], [], { reachHome })
    expect(code).toBe(exitCodes.internal)
    expect(errors).toContain(text)
    expect(errors).not.toContain('ghp_')
  })
})
