import type { CredentialsView, CredentialView } from '#shared/broker/credential-views.ts'
import type { ProblemCode } from '#shared/problem.ts'
import { VaultRefusal } from '../../src-socket/vault-connection.ts'
import { accountHere } from './account-rules.ts'
import { meantText } from './near-entries.ts'
import type { HomeAnswers } from './reach-home.ts'

type Wish = { readonly service: string | null; readonly account: string | null }

/** What is kept of a service and an account; null: of all. The vault has checked its answer. Rejects with VaultRefusal. */
export async function credentialsOf(home: Pick<HomeAnswers, 'stream'>, wish: Wish): Promise<CredentialsView> {
  return (await home.stream('viewCredentials', [wish], {})).value as CredentialsView
}

/**
 * The one entry that is meant; of several accounts that of a rule which decides here. Rejects with VaultRefusal:
 * UNKNOWN_SERVICE, with what is near, and INVALID_REQUEST where the service has several accounts and none is named.
 */
export async function oneCredential(home: HomeAnswers, wish: Wish): Promise<CredentialView> {
  const { credentials } = await credentialsOf(home, wish)
  const [first, second] = credentials
  if (first === undefined) throw await unknown(home, wish)
  if (second === undefined) return first
  const chosen = await accountHere(home, first.service)
  const byRule = credentials.find((each) => accountOf(each) === chosen)
  if (byRule !== undefined) return byRule
  throw refusal(
    'INVALID_REQUEST',
    'The service has several accounts. Name one with --account; “latchkey status SERVICE” lists them.'
  )
}

/** The error for what is not kept; it suggests what was probably meant, and repeats nothing that was typed. */
export async function unknown(home: HomeAnswers, { service, account }: Wish): Promise<VaultRefusal> {
  const { credentials } = await credentialsOf(home, { service: null, account: null })
  if (account !== null && credentials.some((each) => each.service === service)) {
    return refusal(
      'UNKNOWN_SERVICE',
      'The service has no such account. “latchkey status SERVICE” lists them.'
    )
  }
  const meant = meantText(service ?? '', credentials) ?? '“latchkey status” lists what is kept.'
  return refusal('UNKNOWN_SERVICE', `There is no entry of that name. ${meant}`)
}

/** The account as the vault knows it; the one of a view is cleaned for people. */
export function accountOf({ id }: Pick<CredentialView, 'id'>): string {
  const [, account] = JSON.parse(id) as [string, string]
  return account
}

function refusal(code: ProblemCode, message: string): VaultRefusal {
  return new VaultRefusal({ code, message })
}
