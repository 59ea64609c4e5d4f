import type { RuleCondition, ShownAccountRules } from '#shared/broker/account-rules.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { accountRulesHere, conditionWords } from '../../client/account-rules.ts'
import { ask } from '../../client/ask.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { tableLines } from '../../terminal/table.ts'

export type SwitchCommandPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Sets, lists and removes the rules that choose an account where a command names none. */
export const switchCommand: Command<SwitchCommandPorts> = {
  run: async (args, { openVault, write }) => {
    const order = orderOf(args)
    const vault = await openVault()
    try {
      if (order.kind === 'list') {
        const rules = await accountRulesHere(vault)
        write(args.has('json') ? args.json(rules.map(fieldsOf)) : textOf(rules))
      } else if (order.kind === 'set') {
        const { account, service, when } = order
        await ask(vault, 'setAccountRule', [{ service, account, when }])
        write(`${service} is ${account} ${conditionWords(when)}.\n`)
      } else {
        const { service, when } = order
        await ask(vault, 'removeAccountRule', [{ service, when }])
        write(`No rule chooses an account of ${service} ${conditionWords(when)} now.\n`)
      }
      return exitCodes.ok
    } finally {
      vault.close()
    }
  }
}

type Order =
  | { readonly kind: 'list' }
  | {
      readonly kind: 'set'
      readonly service: string
      readonly account: string
      readonly when: RuleCondition
    }
  | { readonly kind: 'remove'; readonly service: string; readonly when: RuleCondition }

/** Throws UsageError for arguments that do not fit together. */
function orderOf(args: Arguments): Order {
  const { has, positionals } = args
  const [service, account] = positionals
  if (has('list')) {
    if (service !== undefined || has('remove')) throw new UsageError('--list takes nothing else.')
    return { kind: 'list' }
  }
  if (service === undefined) throw new UsageError('SERVICE is missing.')
  const when = conditionOf(args)
  if (has('remove')) {
    if (account !== undefined) throw new UsageError('--remove takes a service and no account.')
    return { kind: 'remove', service, when }
  }
  if (account === undefined) throw new UsageError('ACCOUNT is missing.')
  return { kind: 'set', service, account, when }
}

function conditionOf({ has, value }: Arguments): RuleCondition {
  const named = ['here', 'owner', 'client'].filter((option) => has(option))
  if (named.length > 1) throw new UsageError('It takes one of --here, --owner and --client.')
  const [owner, client] = [value('owner'), value('client')]
  if (owner !== null) return { kind: 'owner', owner: owner.toLowerCase() }
  if (client !== null) return { kind: 'client', client }
  return { kind: 'folder', folder: process.cwd() }
}

/** A rule as JSON shows it; a condition that it has not is null. */
function fieldsOf({ account, holds, service, when }: ShownAccountRules[number]) {
  return {
    service,
    account,
    folder: when.kind === 'folder' ? when.folder : null,
    owner: when.kind === 'owner' ? when.owner : null,
    client: when.kind === 'client' ? when.client : null,
    holds
  }
}

function textOf(rules: ShownAccountRules): string {
  if (rules.length === 0) return 'No rule chooses an account.\n'
  const head = ['SERVICE', 'ACCOUNT', 'WHERE', 'NOW']
  const rows = rules.map(({ account, holds, service, when }) => [
    service,
    account,
    conditionWords(when),
    holds ? 'decides here' : ''
  ])
  return `${tableLines([head, ...rows]).join('\n')}\n`
}
