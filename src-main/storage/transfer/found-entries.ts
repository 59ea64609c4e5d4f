import * as v from 'valibot'
import { shownText } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import { cleanKey } from '../../core/api-key.ts'
import type { Credential, Lifetime } from '../../core/credential-record.ts'
import type { FoundEntry } from '../../core/transfer/transfer-ports.ts'
import type { KeyService } from './secret-names.ts'

/** What a parser needs to know. */
export type ParseContext = { readonly now: Date; readonly services: readonly KeyService[] }

export const NEVER: Lifetime = { kind: 'never' }
export const UNKNOWN: Lifetime = { kind: 'unknown' }

type NewKey = {
  readonly ref: CredentialRef
  readonly name: string
  readonly value: string
  readonly hosts: readonly string[]
  readonly expiry: Lifetime
  readonly note?: string
}

/** An entry for a key; one that no key can be like is there too, and says why it can't be kept. */
export function keyEntry({ ref, name, value, hosts, expiry, note }: NewKey, now: Date): FoundEntry {
  const shown = shownNameOf(name, ref)
  try {
    const key = cleanKey(value)
    const credential: Credential = {
      kind: 'api-key',
      ref,
      name: shown,
      key,
      allowedHosts: [...hosts],
      expiry,
      obtainedAt: now,
      rotation: null
    }
    return { ref, name: shown, kind: 'api-key', credential, note: note ?? null }
  } catch (error) {
    return refusedEntry({ ref, name: shown, kind: 'api-key' }, toProblem(error).message)
  }
}

export function refusedEntry(
  { ref, name, kind }: Pick<FoundEntry, 'ref' | 'name' | 'kind'>,
  note: string
): FoundEntry {
  return { ref, name, kind, credential: null, note }
}

/** A name from outside, if it can be shown; else the service. */
export function shownNameOf(name: string, { service }: CredentialRef): string {
  return name !== '' && v.is(shownText, name) ? name : service
}

/** Null: not an instant. Python writes one with six decimals and an offset. */
export function instantOf(text: unknown): Date | null {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return null
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? null : at
}

/** Throws nothing: an error of the parser quotes what it choked on. Null: not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

/** An object that is no array. Null: something else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

export function refuse(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
