import type { CatalogEntry } from '../credential-record.ts'
import type { AccessPreset } from './access-preset.ts'
import type { AccessRule, AccessRules } from './access-rules.ts'
import { type BudgetLimits, noLimits } from './budgets.ts'
import type { ProxyRules } from './proxy.ts'
import { canonicalHost, readTargetText } from './target.ts'
import { NO_ACCESS } from './use-sentences.ts'
import type { CredentialScheme } from './use-ports.ts'

/** What the person wrote about a service, for every client. */
export type ServicePolicy = {
  /** Further hosts of its credentials, in lower case, with an optional `:port`; without one, 443. */
  readonly hosts: readonly string[]
  /** Only GET and HEAD are allowed. */
  readonly readOnly: boolean
  /** Paths may hold an encoded slash, because its servers read it as a character. */
  readonly encodedSlash: boolean
  readonly rules: readonly AccessRule[]
  /** Further hosts, as in `hosts`, where a tool takes its credentials by a helper, by the name of the helper. */
  readonly helpers: ReadonlyMap<string, readonly string[]>
}

/** What the person wrote about a service for one client. `off`: the client may not use the service. */
export type ClientServicePolicy = Omit<ServicePolicy, 'hosts' | 'encodedSlash' | 'helpers'> & {
  readonly off: boolean
}

/** What the person wrote about a client. */
export type ClientPolicy = {
  /** The client may use no service. */
  readonly off: boolean
  /** What the client proposes is not taken. */
  readonly noProposals: boolean
  readonly limits: BudgetLimits
  /** By service; the client may use no other one. Null: it may use every service. */
  readonly services: ReadonlyMap<string, ClientServicePolicy> | null
}

/** The content of `policy.yaml`. Maps, because a name such as `constructor` is a member of every object. */
export type Policy = {
  readonly network: ProxyRules & {
    /** Absolute path of a PEM file with further certificate authorities. Null: there are none. */
    readonly caFile: string | null
    /** `host:port` in lower case; may be http, an IP address, or a name of a private address. */
    readonly localHosts: readonly string[]
  }
  /** By service. */
  readonly services: ReadonlyMap<string, ServicePolicy>
  /** By the name that was given at the pairing; `terminal` and `window` are the person's own. */
  readonly clients: ReadonlyMap<string, ClientPolicy>
}

/** The policy of a home without `policy.yaml`: it adds nothing and refuses nothing. */
export const noPolicy: Policy = {
  network: { caFile: null, localHosts: [], proxy: null, noProxy: [] },
  services: new Map(),
  clients: new Map()
}

/**
 * Returns what a client may do with a credential. `preset`: that of the entry's service; null: there is none.
 * What is written about the client is a restriction: it allows nothing that the service does not. Null: the client
 * may not use the service.
 */
export function accessOf(
  entry: CatalogEntry,
  preset: AccessPreset | null,
  policy: Policy,
  clientName: string
): AccessRules | null {
  const { service } = entry.ref
  const client = policy.clients.get(clientName) ?? null
  const listed = client?.services ?? null
  const ofClient = listed?.get(service) ?? null
  if (client?.off === true || ofClient?.off === true) return null
  if (listed !== null && ofClient === null) return null
  const ofService = policy.services.get(service) ?? null
  return {
    // Access keys of AWS sign requests: sent as they are, they would only be given away.
    hosts: entry.kind === 'aws' ? [] : [...new Set([...hostsOf(entry, preset), ...(ofService?.hosts ?? [])])],
    // They count only where `hosts` names them, too: `decideAccess` compares both lists.
    localHosts: policy.network.localHosts,
    readOnly: ofService?.readOnly === true || ofClient?.readOnly === true,
    ...((preset?.encodedSlash === true || ofService?.encodedSlash === true) && { encodedSlash: true }),
    rules: [...(preset?.rules ?? []), ...(ofService?.rules ?? [])],
    clientRules: ofClient?.rules ?? []
  }
}

/**
 * Returns how the credential of an entry is written into a request: as the preset of its service says.
 * Without a preset it is a bearer (RFC 6750), and so are the tokens of an MCP server.
 */
export function schemeOf(entry: CatalogEntry, preset: AccessPreset | null): CredentialScheme {
  return entry.kind === 'mcp' || preset === null ? { kind: 'bearer' } : preset.scheme
}

/**
 * Returns why a client may put nothing about a service before the person. Null: it may.
 */
export function proposalRefusal(policy: Policy, clientName: string, service: string): string | null {
  const client = policy.clients.get(clientName)
  if (client === undefined) return null
  if (client.off || client.noProposals) return 'policy.yaml lets this program propose nothing.'
  if (client.services === null) return null
  return client.services.get(service)?.off === false ? null : NO_ACCESS
}

/** Returns the limits of a client. A client without a policy has the defaults of `Budgets`. */
export function limitsOf(policy: Policy, clientName: string): BudgetLimits {
  return policy.clients.get(clientName)?.limits ?? noLimits
}

/** The hosts that are known without a policy. */
function hostsOf(entry: CatalogEntry, preset: AccessPreset | null): readonly string[] {
  switch (entry.kind) {
    case 'api-key':
      return entry.allowedHosts
    case 'oauth':
      return [...(preset?.hosts ?? []), ...resourceHosts(entry.provider?.resource ?? null)]
    case 'aws':
    case 'mcp':
    case 'extension':
      return []
  }
}

/** The host of the resource that tokens are requested for (RFC 8707), with its port if it names one. */
function resourceHosts(resource: string | null): readonly string[] {
  const text = readTargetText(resource ?? '')
  if (text.kind === 'fault' || text.scheme !== 'https') return []
  const host = canonicalHost(text.host.toLowerCase())
  const port = /^[^/]*\/\/[^/?#]*(:\d+)(?:[/?#]|$)/.exec(resource ?? '')?.[1] ?? ''
  return host === null ? [] : [host + port]
}
