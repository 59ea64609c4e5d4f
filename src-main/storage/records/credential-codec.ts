import { isDeepStrictEqual } from 'node:util'
import * as v from 'valibot'
import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential, OAuthGrant } from '../../core/credential-record.ts'
import type { Secret } from '../../core/secret.ts'
import { awsKeysRecord, awsKeysToRecord } from './aws-keys-record.ts'
import { apiKeyFromRecord, apiKeyRecord, apiKeyToRecord } from './key-exchange-record.ts'
import { extensionRecord, extensionToRecord } from './extension-settings-record.ts'
import { mcpTokenRecord, mcpTokenToRecord } from './mcp-token-record.ts'
import {
  storedInstant,
  storedLifetime,
  storedProvider,
  storedRef,
  storedRefreshEnd,
  storedSecret as secretText,
  storedTexts,
  toStoredLifetime,
  toStoredRefreshEnd
} from './record-schema.ts'
import { createHash } from 'node:crypto'
import { parseJson } from '../files/json-text.ts'

const oauthRecord = v.strictObject({
  v: v.literal(1),
  kind: v.literal('oauth'),
  ref: storedRef,
  provider: storedProvider,
  clientId: v.string(),
  clientSecret: v.nullable(secretText),
  accessToken: secretText,
  refreshToken: v.nullable(secretText),
  formerRefreshToken: v.optional(secretText),
  dpopKey: v.optional(secretText),
  refreshEnd: v.optional(storedRefreshEnd),
  clientMark: v.optional(v.string()),
  tokenType: v.string(),
  expiry: storedLifetime,
  issuedAt: storedInstant,
  scopesRequested: storedTexts,
  scopesGranted: storedTexts,
  subject: v.nullable(v.string()),
  obtainedAt: storedInstant,
  refreshedAt: v.nullable(storedInstant)
})

const recordSchema = v.variant('kind', [
  oauthRecord,
  apiKeyRecord,
  awsKeysRecord,
  mcpTokenRecord,
  extensionRecord
])
type OAuthRecord = v.InferInput<typeof oauthRecord>

const stampSchema = v.looseObject({ savedAt: v.optional(storedInstant) })

/** A credential and the time at which it was saved. Null: it was saved before this time was recorded. */
export type StoredRecord = { readonly credential: Credential; readonly savedAt: Date | null }

/** Encodes the whole credential as one ASCII text, with secrets in clear. Only for a SecretBackend. */
export function encodeCredential(credential: Credential, savedAt: Date | null = null): string {
  return asciiJson({ ...toRecord(credential), ...(savedAt && { savedAt: savedAt.toISOString() }) })
}

/** True if both are stored as the same record; the order of their fields does not count. */
export function isSameRecord(one: Credential, other: Credential): boolean {
  return isDeepStrictEqual(parseJson(encodeCredential(one)), parseJson(encodeCredential(other)))
}

/** A record that was read and passed the check. */
export type CheckedRecord = {
  readonly fields: v.InferOutput<typeof recordSchema>
  readonly savedAt: Date | null
}

/**
 * Reads what `encodeCredential` wrote for `ref`. Throws CREDENTIAL_UNREADABLE for anything else: another
 * version, a missing or additional field, the record of another credential.
 */
export function checkRecord(text: string, ref: CredentialRef): CheckedRecord {
  const stamped = v.safeParse(stampSchema, parseJson(text))
  if (!stamped.success) throw new VaultError('CREDENTIAL_UNREADABLE')
  const { savedAt = null, ...record } = stamped.output
  const parsed = v.safeParse(recordSchema, record)
  if (!parsed.success || credentialKey(parsed.output.ref) !== credentialKey(ref)) {
    throw new VaultError('CREDENTIAL_UNREADABLE')
  }
  return { fields: parsed.output, savedAt }
}

/** Returns the credential and the time of a record that was checked. */
export function decodeRecord({ fields, savedAt }: CheckedRecord): StoredRecord {
  return { credential: fromRecord(fields), savedAt }
}

/** Reads as `checkRecord` does and returns the credential alone. */
export function decodeCredential(text: string, ref: CredentialRef): Credential {
  return fromRecord(checkRecord(text, ref).fields)
}

function fromRecord(record: v.InferOutput<typeof recordSchema>): Credential {
  if (record.kind === 'oauth') return oauthFromRecord(record)
  if (record.kind === 'api-key') return apiKeyFromRecord(record)
  const { v: _version, ...kept } = record
  return kept
}

function toRecord(credential: Credential) {
  switch (credential.kind) {
    case 'oauth':
      return oauthToRecord(credential)
    case 'api-key':
      return apiKeyToRecord(credential)
    case 'aws':
      return awsKeysToRecord(credential)
    case 'mcp':
      return mcpTokenToRecord(credential)
    case 'extension':
      return extensionToRecord(credential)
  }
}

function oauthFromRecord(record: v.InferOutput<typeof oauthRecord>): OAuthGrant {
  const { kind, ref, provider, scopesRequested, scopesGranted, subject, obtainedAt, refreshedAt } = record
  const { accessToken, refreshToken, tokenType, expiry, issuedAt } = record
  return {
    kind,
    ref,
    provider,
    client: { id: record.clientId, secret: record.clientSecret },
    tokens: { accessToken, refreshToken, tokenType, expiry, issuedAt, ...laterTokenFields(record) },
    clientMark: record.clientMark ?? null,
    formerRefreshToken: record.formerRefreshToken ?? null,
    scopesRequested,
    scopesGranted,
    subject,
    obtainedAt,
    refreshedAt
  }
}

function laterTokenFields({ dpopKey, refreshEnd }: v.InferOutput<typeof oauthRecord>) {
  return { ...(dpopKey && { dpopKey }), ...(refreshEnd && { refreshEnd }) }
}

function oauthToRecord(grant: OAuthGrant): OAuthRecord {
  const { tokens, client } = grant
  return {
    v: 1,
    kind: 'oauth',
    ref: grant.ref,
    provider: { ...grant.provider, scopes: [...grant.provider.scopes] },
    clientId: client.id,
    clientSecret: shown(client.secret),
    clientMark: grant.clientMark ?? clientMark(client),
    accessToken: tokens.accessToken.expose((text) => text),
    refreshToken: shown(tokens.refreshToken),
    // Without this field the record has the form of a Latchkey that did not keep rotations.
    ...(grant.formerRefreshToken && { formerRefreshToken: shownText(grant.formerRefreshToken) }),
    ...(tokens.dpopKey && { dpopKey: shownText(tokens.dpopKey) }),
    ...(tokens.refreshEnd && { refreshEnd: toStoredRefreshEnd(tokens.refreshEnd) }),
    tokenType: tokens.tokenType,
    expiry: toStoredLifetime(tokens.expiry),
    issuedAt: tokens.issuedAt.toISOString(),
    scopesRequested: [...grant.scopesRequested],
    scopesGranted: [...grant.scopesGranted],
    subject: grant.subject,
    obtainedAt: grant.obtainedAt.toISOString(),
    refreshedAt: grant.refreshedAt?.toISOString() ?? null
  }
}

const shownText = (secret: Secret): string => secret.expose((text) => text)
const shown = (secret: Secret | null): string | null => secret && shownText(secret)

/** Encodes JSON in ASCII: the keychains of some desktops change bytes above 127. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}

/** Enough to notice a change; the mark is beside the client itself, in the same record. */
const MARK_LENGTH = 16

/**
 * Returns a mark of the client that a sign-in was made with; it changes with the client's ID and with its
 * secret.
 */
export function clientMark({ id, secret }: OAuthGrant['client']): string {
  const text = JSON.stringify([id, secret?.expose((value) => value) ?? null])
  return createHash('sha256').update(`client ${text}`).digest('hex').slice(0, MARK_LENGTH)
}
