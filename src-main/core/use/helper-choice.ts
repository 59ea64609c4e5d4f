import { AWS_HOST, AWS_SERVICE } from '#shared/aws-forms.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { AccessPreset } from './access-preset.ts'
import { withPort } from './hand-out-wish.ts'
import type { Policy } from './policy.ts'
import { canonicalHost, portOf } from './target.ts'

/** A credential that a tool takes at a host, and the user name that it has to send. */
export type HelperPlace = { readonly entry: CatalogEntry; readonly host: string; readonly user: string }

type Known = {
  readonly entries: readonly CatalogEntry[]
  readonly presetOf: (entry: CatalogEntry) => AccessPreset | null
  readonly policy: Policy
}

/** Every place at which a tool takes a credential by this helper, each host as `host:port`. */
export function helperPlaces(helper: string, { entries, presetOf, policy }: Known): readonly HelperPlace[] {
  return entries.flatMap((entry) => {
    if (entry.kind === 'aws') {
      return helper === AWS_SERVICE ? [{ entry, host: withPort(AWS_HOST), user: entry.ref.account }] : []
    }
    // What an MCP server or an extension keeps here is for itself alone.
    if (entry.kind !== 'oauth' && entry.kind !== 'api-key') return []
    const preset = presetOf(entry)
    const facts =
      preset !== null && Object.hasOwn(preset.helpers, helper) ? preset.helpers[helper] : undefined
    const known = (facts?.hosts ?? []).filter((host) => isFor(entry, preset, host))
    const listed = policy.services.get(entry.ref.service)?.helpers.get(helper) ?? []
    const hosts = new Set([...known, ...listed].map(withPort))
    return [...hosts].map((host) => ({ entry, host, user: facts?.user ?? entry.ref.account }))
  })
}

/**
 * True if a credential of a service is one for this host of a tool. A key may be for another server, such as one of a
 * company: then what was confirmed for it names none of the hosts of the service.
 */
function isFor({ allowedHosts, kind }: CatalogEntry, preset: AccessPreset | null, host: string): boolean {
  if (kind === 'oauth') return true
  return [host, ...(preset?.hosts ?? [])].some((name) => allowedHosts.includes(name))
}

/** `host:port` as places are compared: in lower case, without a final dot. Null: it is no host. */
export function helperHost(text: string): string | null {
  const [, name = '', port] = /^(\[[^[\]]*\]|[^:]*)(?::(\d+))?$/.exec(text.toLowerCase()) ?? []
  const host = canonicalHost(name)
  if (host === null || (port !== undefined && portOf(port) === null)) return null
  return withPort(port === undefined ? host : `${host}:${port}`)
}

type Named = { readonly user: string | null; readonly account: string | null; readonly path: string | null }

/**
 * The places among these that fit what the tool names: an account; a user name, unless it is the one that every account
 * has there; and of several the one whose account owns the path, such as `ana` in `ana/repo.git`.
 */
export function fittingPlaces(
  places: readonly HelperPlace[],
  { account, path, user }: Named
): readonly HelperPlace[] {
  const isNamed = ({ entry, user: fixed }: HelperPlace): boolean =>
    (account === null || entry.ref.account === account) &&
    (user === null || user === fixed || isSame(entry.ref.account, user))
  const named = places.filter(isNamed)
  const owner = /^\/?([^/]+)\//.exec(path ?? '')?.[1] ?? null
  const owned = owner === null ? [] : named.filter(({ entry }) => isSame(entry.ref.account, owner))
  return owned.length > 0 ? owned : named
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
