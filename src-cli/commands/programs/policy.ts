import { readFileSync } from 'node:fs'
import { reasonText } from '#shared/broker/reason-text.ts'
import type { PolicyReport, PolicyWish } from '#shared/broker/policy.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'

export type PolicyCommandPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Checks a policy, and tries it on what programs have asked for so far. */
export const policyCommand: Command<PolicyCommandPorts> = {
  run: async (args, { openVault, write }) => {
    const wish: PolicyWish = { text: textOf(args.value('dry-run')), limit: limitOf(args.value('limit')) }
    const vault = await openVault()
    try {
      const report = (await vault.ask('checkPolicy', wish)) as PolicyReport
      if (args.has('json')) write(args.json(report))
      else write(`${lines(report).join('\n')}\n`)
      return report.problems.length > 0 ? exitCodes.warnings : exitCodes.ok
    } finally {
      vault.close()
    }
  }
}

function textOf(path: string | null): string | null {
  if (path === null) return null
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new UsageError('The policy file can’t be read.')
  }
}

function limitOf(text: string | null): number {
  if (text === null) return 1000
  if (!/^[1-9]\d{0,3}$|^10000$/.test(text)) throw new UsageError('--limit is a number from 1 to 10000.')
  return Number(text)
}

function lines({ problems, compared, unknown, changes }: PolicyReport): string[] {
  const changed = changes.map(
    ({ seq, was, now, because }) => `row ${seq}: was ${was}, would be ${now}: ${reasonText(because)}`
  )
  return [
    ...problems.map((problem) => `! ${problem}`),
    ...changed,
    `The policy is valid. ${compared} requests compared, ${changes.length} would be decided otherwise, ${unknown} do not tell enough.`
  ]
}
