import { completedAddress } from '#shared/completed-address.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import type { SignInRequest } from '#shared/sign-in.ts'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { UsageError } from '../../terminal/command.ts'

/** What was typed. Null: nothing. */
export type SignInWords = {
  /** Id or name of a service, or the address of an MCP server. */
  readonly service: string
  readonly account: string | null
  /** Of a first sign-in: these alone; null: the usual ones. Of an entry: beside those that it has. */
  readonly scopes: readonly string[] | null
  /** The issuer, or the address of a Supabase project. */
  readonly issuer: string | null
  readonly clientId: string | null
  /** E-mail address of a sign-in by password. */
  readonly email: string | null
}

/** What the vault knows. */
export type Known = {
  readonly credentials: readonly CredentialSummary[]
  readonly providers: readonly ProviderChoice[]
  /** The account that a rule of the person chooses here for a service. Null: none does. */
  readonly chosen: (service: string) => string | null
}

/** A sign-in without its secrets, which are asked for. */
export type SignInOrder =
  | {
      readonly kind: 'page'
      readonly request: SignInRequest
      /** The provider requires a client secret. */
      readonly needsSecret: boolean
    }
  | { readonly kind: 'password'; readonly project: Project; readonly email: string }
  | { readonly kind: 'password-again'; readonly credential: string; readonly email: string }

type Project = { readonly address: string; /** Empty: its host. */ readonly name: string }

/**
 * Finds what is meant: an entry that is signed in to again, one more account of it, or a first sign-in. Throws UsageError,
 * and VaultRefusal INVALID_REQUEST for a service that has no sign-in or needs a client first.
 */
export function signInOrder(typed: SignInWords, known: Known): SignInOrder {
  const words = { ...typed, issuer: typed.issuer && completedAddress(typed.issuer) }
  const entries = known.credentials.filter((entry) => isMeant(entry, words))
  const [entry] = entries
  if (entry !== undefined) return ofEntry(entries, words, known)
  if (/^https?:\/\//i.test(words.service)) return page(words, serverAt(words))
  const provider = known.providers.find(({ id, name }) => isCalled(words.service, id, name)) ?? null
  if (words.email !== null || provider?.kind === 'password') return ofProject(words, provider)
  if (words.issuer !== null) return page(words, ownIssuer(words.issuer, words))
  if (provider === null) throw unknown(words.service, known)
  if (provider.kind === 'api-key') throw refused('This service uses an API key and has no sign-in.')
  if (words.clientId === null) throw refused(clientMissing(provider))
  const choice = { kind: 'preset', provider: provider.id, clientId: words.clientId } as const
  return page(words, choice, provider.needsClientSecret)
}

const isCalled = (word: string, id: string, name: string): boolean =>
  word === id || word.toLowerCase() === name.toLowerCase()

function isMeant(entry: CredentialSummary, { service, issuer, clientId }: SignInWords): boolean {
  if (entry.kind !== 'oauth' || !isCalled(service, entry.service, entry.name)) return false
  return (issuer ?? entry.issuer) === entry.issuer && (clientId ?? entry.clientId) === entry.clientId
}

/** Signs in to the only entry again, to that of the account, or to one more account. */
function ofEntry(
  entries: readonly CredentialSummary[],
  { account, email, scopes }: SignInWords,
  { chosen }: Known
): SignInOrder {
  const named = entries.filter((each) => account === null || each.account === account)
  const entry = named.length > 1 ? theOneMeant(named, chosen) : named[0]
  const like = entry ?? entries[0]
  if (like?.signsInBy === 'password') {
    return { kind: 'password-again', credential: like.id, email: email ?? like.account }
  }
  const request: SignInRequest =
    entry === undefined
      ? {
          kind: 'another',
          credential: like?.id ?? '',
          account,
          scopes: like === undefined || scopes === null ? null : withMore(like, scopes)
        }
      : { kind: 'again', credential: entry.id, ...(scopes !== null && { scopes: withMore(entry, scopes) }) }
  return { kind: 'page', request, needsSecret: false }
}

/** What an entry was asked for, and more. What a provider granted unasked is not asked for. */
function withMore(
  { extraScopes, missingScopes, scopes }: CredentialSummary,
  more: readonly string[]
): string[] {
  const before = [...scopes, ...missingScopes].filter((scope) => !extraScopes.includes(scope))
  return [...new Set([...before, ...more])]
}

const asked = (scopes: readonly string[] | null): string[] | null => (scopes === null ? null : [...scopes])

/** That of a rule, else the only one that needs a sign-in. Throws UsageError. */
function theOneMeant(entries: readonly CredentialSummary[], chosen: Known['chosen']): CredentialSummary {
  const byRule = entries.find((each) => each.account === chosen(each.service))
  if (byRule !== undefined) return byRule
  const inNeed = entries.filter(({ status }) => status.kind === 'needs-sign-in')
  const [entry] = inNeed
  if (entry !== undefined && inNeed.length === 1) return entry
  const accounts = entries.map(({ account }) => account).join(', ')
  throw new UsageError(`The service has several accounts. Name one with --account: ${accounts}.`)
}

type Choice = Extract<SignInRequest, { kind: 'new' }>['provider']

function page({ account, scopes }: SignInWords, provider: Choice, needsSecret = false): SignInOrder {
  const request = { kind: 'new', provider, clientSecret: null, account, scopes: asked(scopes) } as const
  return { kind: 'page', request, needsSecret }
}

const serverAt = ({ service, clientId }: SignInWords): Choice => ({
  kind: 'mcp',
  server: service,
  name: '',
  clientId
})

function ownIssuer(issuer: string, { service, clientId }: SignInWords): Choice {
  if (clientId === null) throw new UsageError('--issuer needs --client-id.')
  return { kind: 'issuer', issuer, name: service, clientId }
}

/** A first sign-in at a Supabase project. The name is that of the product, or one that the person gives the project. */
function ofProject({ email, issuer, service }: SignInWords, product: ProviderChoice | null): SignInOrder {
  if (issuer === null) {
    throw new UsageError('Name the project with --issuer, such as https://abcdefgh.supabase.co.')
  }
  if (email === null) throw new UsageError('A sign-in by password needs --email.')
  const name = product === null ? service : ''
  return { kind: 'password', project: { address: issuer, name }, email }
}

function unknown(service: string, { credentials }: Known): Error {
  const isKey = credentials.some((entry) => isCalled(service, entry.service, entry.name))
  if (isKey) return refused('This service uses an API key and has no sign-in.')
  return new UsageError('There is no service of that name. Your own provider needs --issuer.')
}

/** Says how a client is registered; the steps are the house's own text. */
function clientMissing({ id, name, registration }: ProviderChoice): string {
  const steps = (registration?.steps ?? []).map((step, index) => `\n  ${String(index + 1)}. ${step}`).join('')
  const redirect = registration === null ? '' : `\n  Redirect URI: ${registration.redirectUri}`
  return `${name} signs people in through a client of their own. Register one there:${steps}${redirect}\nThen run: latchkey sign-in ${id} --client-id ID`
}

function refused(message: string): VaultRefusal {
  return new VaultRefusal({ code: 'INVALID_REQUEST', message })
}
