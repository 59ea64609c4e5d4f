import { describe, expect, it } from 'vitest'
import { VaultRefusal } from '../../src-socket/vault-connection.ts'
import { commandTable } from '../../src-cli/command-table.ts'
import { runFake } from '../../src-cli/terminal/cli.testkit.ts'
import { exitCodes } from '../../src-cli/terminal/command.ts'
import { findCommand } from '../../src-cli/terminal/find-command.ts'
import { seededRandom } from '../crash/seeded-random.ts'
import { pick, type Random } from '../fault/oauth-input.ts'

const count = process.env['LATCHKEY_TRIALS'] === 'full' ? 500_000 : 50_000
const seed = Number(process.env['LATCHKEY_ARGUMENT_SEED'] ?? 20_261_130)

const SECRET = 'ghp_Canary0123456789abcdefghijABCDEF'
const ESCAPE = '\u001b[31m\u0007\u202e'

/** No names of the table. */
const odd: readonly string[] = [
  ...'-- - -h --help help --version -x --no --json all = --= ---'.split(' '),
  ...'github https://api.github.com/user /nowhere/file 日本 __proto__ 1 99999999999999'.split(' '),
  '',
  ' ',
  '\n',
  'GET /repos/**',
  'ACCOUNT: x',
  ESCAPE,
  SECRET,
  `${SECRET},all`,
  `a=${SECRET}`,
  `${SECRET}${ESCAPE}`
]

/** Words that an argument is made of: those of the table, values of every kind, and what is no value at all. */
const words = [
  ...commandTable.flatMap(({ name, aliases = [], options, positionals }) => [
    name,
    ...aliases.flatMap((alias) => alias.split(' ')),
    ...(positionals?.values ?? []),
    ...options.flatMap((option) => [
      `--${option.name}`,
      `--${option.name}=`,
      `--${option.name}=${SECRET}`,
      ...(option.values ?? []),
      ...(option.fields ?? [])
    ])
  ]),
  ...odd
]

/**
 * Commands that read standard input to its end or write into the configuration of other tools. Their arguments are
 * read, and an option that nobody has keeps them from running.
 */
const apart: ReadonlySet<string> = new Set(['helper', 'mcp', 'mcp-proxy', 'setup', 'unsetup'])

/** A list of up to eight arguments, most of which begin with a command. */
function argumentsOf(random: Random): string[] {
  const length = Math.floor(random() * 9)
  const first = random() < 0.8 ? pick(random, commandTable).name : pick(random, words)
  const rest = Array.from({ length }, () => {
    const word = pick(random, words)
    return random() < 0.1 ? word.slice(0, Math.floor(random() * word.length)) : word
  })
  const all = [first, ...rest]
  const name = findCommand(commandTable, all)?.command.name ?? ''
  const end = all.indexOf('--')
  return apart.has(name) ? all.toSpliced(end === -1 ? all.length : end, 0, '--not-an-option') : all
}

const unreachable = (): Promise<never> =>
  Promise.reject(new VaultRefusal({ code: 'BROKER_UNREACHABLE', message: 'No vault.' }))

/** What no message may repeat. */
const typed = ['Canary', '\u001b', '\u202e']
const codes: ReadonlySet<number> = new Set(Object.values(exitCodes))

describe(`the command line, ${count.toLocaleString('en')} generated lists of arguments (seed ${String(seed)})`, () => {
  it('ends with a code of its table, and says nothing of what was typed', { timeout: 900_000 }, async () => {
    const random = seededRandom(seed)
    const ends = new Map<number, number>()
    for (let index = 0; index < count; index += 1) {
      const args = argumentsOf(random)
      const { code, out, errors } = await runFake(args, {
        reachHome: unreachable,
        openVault: unreachable,
        serve: async () => 0
      })
      // Five `expect` for each list took as long as the command line itself.
      const shown = out + errors
      const isSound =
        codes.has(code) && code !== exitCodes.internal && !typed.some((text) => shown.includes(text))
      if (!isSound)
        expect({ index, args, code, shown }).toBe('a code of the table, and nothing of what was typed')
      ends.set(code, (ends.get(code) ?? 0) + 1)
    }
    for (const code of [exitCodes.ok, exitCodes.usage, exitCodes.unreachable]) {
      expect(ends.get(code) ?? 0).toBeGreaterThan(count / 50)
    }
  })
})
