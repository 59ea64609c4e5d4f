import * as v from 'valibot'
import { backendIds, credentialKey, keptRef, type CredentialRef } from '#shared/credential.ts'
import type { CatalogEntry } from '../../core/credential-record.ts'
import type { OAuthProvider } from '../../core/provider.ts'
import { unreadableEntry } from '../../core/catalog-entry.ts'
import { storedExchangeState } from '../records/key-exchange-record.ts'
import {
  storedHealth,
  storedInstant,
  storedKind,
  storedLifetime,
  storedProvider,
  storedRefreshEnd,
  storedTexts
} from '../records/record-schema.ts'
import { parseJson } from '../files/json-text.ts'
import { entryLabels } from '#shared/entry-labels-schema.ts'

/** A row of the table `credentials`. */
export type CatalogRow = {
  readonly key: string
  readonly service: string
  readonly account: string
  readonly kind: string
  readonly backend: string
  readonly details: string
  readonly health: string
  readonly last_used_at: string | null
}

/** The same with the labels of the entry, which are a row of their own. Null or absent: it has none. */
export type ReadRow = CatalogRow & { readonly labels?: string | null }

const MOST_PROVIDERS = 256
/**
 * Providers that passed the check, by their JSON: many entries share a provider, and the check is most of the
 * work.
 */
const checkedProviders = new Map<string, OAuthProvider>()

const sharedProvider = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, OAuthProvider>(({ dataset, addIssue, NEVER }) => {
    const text = JSON.stringify(dataset.value)
    const provider = checkedProviders.get(text) ?? orNull(storedProvider, dataset.value)
    if (provider) keepProvider(text, provider)
    else addIssue()
    return provider ?? NEVER
  })
)

function keepProvider(text: string, provider: OAuthProvider): void {
  if (checkedProviders.size >= MOST_PROVIDERS && !checkedProviders.has(text)) checkedProviders.clear()
  checkedProviders.set(text, provider)
}

const detailsSchema = v.strictObject({
  name: v.string(),
  provider: v.nullable(sharedProvider),
  clientId: v.nullable(v.string()),
  scopesRequested: storedTexts,
  scopesGranted: storedTexts,
  allowedHosts: storedTexts,
  expiry: storedLifetime,
  issuedAt: storedInstant,
  renewable: v.boolean(),
  refreshEnd: v.exactOptional(storedRefreshEnd),
  masked: v.pipe(v.string(), v.maxLength(16)),
  obtainedAt: storedInstant,
  refreshedAt: v.nullable(storedInstant),
  rotation: v.optional(v.nullable(storedExchangeState), null)
})
const backendSchema = v.picklist(backendIds)

/** Encodes the entry as a row; dates become ISO texts. */
export function encodeEntry(entry: CatalogEntry): CatalogRow {
  const { ref, kind, backend, health, lastUsedAt, rotation, labels: _labels, ...details } = entry
  return {
    key: credentialKey(ref),
    service: ref.service,
    account: ref.account,
    kind,
    backend,
    // Without an exchange the row has the form that a Latchkey without exchanges writes and reads.
    details: JSON.stringify(rotation === null ? details : { ...details, rotation }),
    health: JSON.stringify(health),
    last_used_at: lastUsedAt?.toISOString() ?? null
  }
}

/**
 * Decodes a row. Never throws: a row that can't be read becomes an entry marked as unreadable, so that the
 * list works.
 */
export function decodeEntry(row: ReadRow): CatalogEntry {
  const ref = { service: row.service, account: row.account }
  const kind = orNull(storedKind, row.kind)
  const details = orNull(detailsSchema, parseJson(row.details))
  const backend = orNull(backendSchema, row.backend)
  if (!kind || !details || !backend) {
    return { ...unreadableEntry(ref, kind ?? 'api-key', new Date(0)), backend: backend ?? 'keychain' }
  }
  const labels = row.labels ? orNull(entryLabels, parseJson(row.labels)) : null
  return {
    ...details,
    ...(labels && { labels }),
    ref,
    kind,
    backend,
    lastUsedAt: orNull(storedInstant, row.last_used_at),
    health: decodeHealth(row.health)
  }
}

/** The text of most rows, which is recognized without parsing. */
const WELL = JSON.stringify({ kind: 'ok' })

function decodeHealth(text: string): CatalogEntry['health'] {
  if (text === WELL) return { kind: 'ok' }
  const health = orNull(storedHealth, parseJson(text))
  return health ?? { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' }
}

/** Returns the credential of a storage key. Null: the key is of another kind. */
export function refOfKey(key: string): CredentialRef | null {
  const pair = orNull(v.tuple([v.string(), v.string()]), parseJson(key))
  return pair && orNull(keptRef, { service: pair[0], account: pair[1] })
}

function orNull<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> | null {
  const parsed = v.safeParse(schema, value)
  return parsed.success ? parsed.output : null
}
