import type { ShownAccountRules } from '#shared/broker/account-rules.ts'
import type { CredentialsView, CredentialView } from '#shared/broker/credential-views.ts'
import { conditionWords, rulesInForce } from '../../client/account-rules.ts'
import { credentialsOf, unknown } from '../../client/credentials.ts'
import type { HomeAnswers, ReachHomePorts } from '../../client/reach-home.ts'
import { coloured } from '../../terminal/colour.ts'
import type { Command, Terminal } from '../../terminal/command.ts'
import { tableLines, widthOf } from '../../terminal/table.ts'
import { storeState } from '../stores/store-state.ts'
import { credentialJson } from './credential-fields.ts'
import { codeOf, expiryWords, nextStep, stateCell } from './credential-words.ts'

export type StatusCommandPorts = Pick<Terminal, 'write' | 'writeError' | 'hasColour'> & ReachHomePorts

/** Longest cell of scopes; `show` has them all. */
const MOST_SCOPES = 30

/** Lists what works, until when, with which scopes and for whom. */
export const statusCommand: Command<StatusCommandPorts> = {
  run: async (args, ports) => {
    const [service = null] = args.positionals
    const { rules, view } = await viewOf(await ports.reachHome('start'), service)
    const { credentials } = view
    if (args.has('json')) ports.write(args.json(credentials.map(credentialJson)))
    else if (credentials.length > 0) ports.write(textOf({ ...view, rules }, ports.hasColour()))
    else if (service === null) ports.write(NOTHING)
    return codeOf(credentials)
  }
}

const NOTHING =
  'Nothing is kept yet. Begin with “latchkey sign-in SERVICE”, or with “latchkey import FILE”.\n'

type Seen = { readonly view: CredentialsView; readonly rules: ShownAccountRules }

/** The entries, and the rules that decide here which account of them is meant. Rejects with UNKNOWN_SERVICE. */
async function viewOf(home: HomeAnswers, service: string | null): Promise<Seen> {
  try {
    const view = await credentialsOf(home, { service, account: null })
    if (view.credentials.length === 0 && service !== null)
      throw await unknown(home, { service, account: null })
    const rules = view.credentials.length === 0 ? [] : await rulesInForce(home)
    return { view, rules: rules.filter((rule) => service === null || rule.service === service) }
  } finally {
    home.close()
  }
}

type Shown = CredentialsView & { readonly rules: ShownAccountRules }

function textOf({ credentials, rules, storage }: Shown, hasColour: boolean): string {
  const now = Date.now()
  const head = ['SERVICE', 'ACCOUNT', 'STATUS', 'EXPIRES', 'SCOPES', 'ALLOWED TO']
  const rows = credentials.map((view) => [
    view.service,
    view.account,
    stateCell(view, hasColour),
    expiryWords(view, now),
    scopeCell(view),
    view.allowedTo.join(', ')
  ])
  const steps = credentials.flatMap((view) => {
    const step = nextStep(view)
    return step === null ? [] : [`→ ${view.service}, ${view.account}: ${step}`]
  })
  const chosen = rules.map(
    ({ account, service, when }) => `Here ${service} is ${account}: your rule ${conditionWords(when)}.`
  )
  const count = `${credentials.length} ${credentials.length === 1 ? 'entry' : 'entries'}`
  const store = `${count} · ${storage.label}: ${storeState(storage)}`
  return `${[...tableLines([head, ...rows]), '', ...new Set(steps), ...chosen, coloured(store, 'mute', hasColour)].join('\n')}\n`
}

function scopeCell({ scopes, missingScopes }: CredentialView): string {
  const all = [...scopes, ...missingScopes.map((scope) => `(${scope} missing)`)]
  let cell = all[0] ?? '-'
  for (const [index, scope] of all.entries()) {
    if (index === 0) continue
    if (widthOf(cell) + 1 + widthOf(scope) > MOST_SCOPES) return `${cell} +${all.length - index}`
    cell += ` ${scope}`
  }
  return cell
}
