import type { ServiceId } from '#shared/credential.ts'
import type { AccessRule } from './access-rules.ts'
import type { CredentialScheme } from './use-ports.ts'

/** How the credentials of one service are used, before a person changes anything. Data only. */
export type AccessPreset = {
  /** Id of the provider row. */
  readonly service: ServiceId
  /**
   * Exact names of the hosts of the API. Empty: the person chooses the host. A host that takes the credential
   * in another header than `scheme` says is left out.
   */
  readonly hosts: readonly string[]
  readonly scheme: CredentialScheme
  /**
   * Deny rules for every host of the credential: requests whose answer is there to hold a new credential, that
   * create or change a key, or that carry other requests in their body. A rule compares method and path, so it
   * covers no operation that is named in a body, such as a mutation of GraphQL.
   */
  readonly rules: readonly AccessRule[]
  /** Its API has names with a slash, which are encoded in a segment of a path. */
  readonly encodedSlash: boolean
  /** Null: no program of the service is known to read its base URL from a variable. */
  readonly run: RunVariables | null
  /** Tools that take the credential by their helper, by the name of the helper. */
  readonly helpers: Readonly<Record<string, HelperFacts>>
  /** Public documents or programs that the facts were read in, and what they do not say. */
  readonly source: string
}

/** Where a tool, such as git, takes a credential of the service, and under which user name. */
export type HelperFacts = {
  /** Hosts with an optional port; without one, 443. They may be others than those of the API. */
  readonly hosts: readonly string[]
  /** Null: the account. */
  readonly user: string | null
}

/** Environment variables of a program that reaches the service through the vault and never holds the key. */
export type RunVariables = {
  /**
   * Variables that take the base URL. `path` follows the address of the vault’s relay: it is empty or begins
   * with a slash. `/` alone is for programs that resolve their paths against the base URL (RFC 3986 section
   * 5.2.3) and otherwise drop its last segment.
   */
  readonly baseUrl: readonly { readonly name: string; readonly path: string }[]
  /** Variables that would hold the key. All get the same dummy. */
  readonly key: readonly string[]
  /**
   * Shape of a key that these programs accept. `length` counts all characters, with the prefix. The rest has to
   * be lower-case hexadecimal digits: the programs of Supabase and Sentry accept no others.
   */
  readonly dummy: { readonly prefix: string; readonly length: number }
}
