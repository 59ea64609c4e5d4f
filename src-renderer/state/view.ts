import type { CredentialKind, CredentialSummary, ServiceId } from '#shared/credential.ts'
import type { Layout } from '#shared/layout.ts'
import { statusTable } from '#shared/status.ts'

/** The selection of the rail. */
export type View = Layout['view']

export const allView: View = { kind: 'all' }

export function isInView(credential: CredentialSummary, view: View): boolean {
  switch (view.kind) {
    case 'all':
      return true
    case 'attention':
      return statusTable[credential.status.kind].needsAttention
    case 'expiring':
      return credential.status.kind === 'expiring'
    case 'of-kind':
      return credential.kind === view.value
    case 'of-service':
      return credential.service === view.service
    case 'of-tag':
      return credential.labels?.tags.includes(view.tag) ?? false
  }
}

export function sameView(a: View, b: View): boolean {
  if (a.kind === 'of-kind' && b.kind === 'of-kind') return a.value === b.value
  if (a.kind === 'of-service' && b.kind === 'of-service') return a.service === b.service
  if (a.kind === 'of-tag' && b.kind === 'of-tag') return a.tag === b.tag
  return a.kind === b.kind
}

export type RailCounts = {
  readonly all: number
  readonly attention: number
  readonly expiring: number
  readonly kinds: Readonly<Record<CredentialKind, number>>
  /** Services with several accounts, those with the most accounts first. */
  readonly services: readonly { readonly service: ServiceId; readonly name: string; readonly count: number }[]
  /** The tags that most entries have, by name. */
  readonly tags: readonly { readonly tag: string; readonly count: number }[]
}

const MOST_SERVICES = 6
const MOST_TAGS = 8

export function railCounts(credentials: Iterable<CredentialSummary>): RailCounts {
  const kinds: Record<CredentialKind, number> = { oauth: 0, 'api-key': 0, aws: 0, mcp: 0, extension: 0 }
  const tags = new Map<string, number>()
  const services = new Map<ServiceId, { service: ServiceId; name: string; count: number }>()
  let all = 0
  let attention = 0
  let expiring = 0
  for (const credential of credentials) {
    all += 1
    kinds[credential.kind] += 1
    if (statusTable[credential.status.kind].needsAttention) attention += 1
    if (credential.status.kind === 'expiring') expiring += 1
    for (const tag of credential.labels?.tags ?? []) tags.set(tag, (tags.get(tag) ?? 0) + 1)
    const known = services.get(credential.service)
    if (known === undefined) {
      services.set(credential.service, { service: credential.service, name: credential.name, count: 1 })
    } else known.count += 1
  }
  const several = [...services.values()].filter((row) => row.count > 1)
  const most = several
    .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name))
    .slice(0, MOST_SERVICES)
  return { all, attention, expiring, kinds, services: most, tags: mostUsed(tags) }
}

function mostUsed(tags: ReadonlyMap<string, number>): RailCounts['tags'] {
  return [...tags]
    .toSorted(([one, a], [other, b]) => b - a || one.localeCompare(other))
    .slice(0, MOST_TAGS)
    .map(([tag, count]) => ({ tag, count }))
    .toSorted((a, b) => a.tag.localeCompare(b.tag))
}
