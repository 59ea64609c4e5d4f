import * as v from 'valibot'
import type { CredentialRef } from '#shared/credential.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import { shownText } from '#shared/shown-text.ts'
import { cleanKey } from '../../core/api-key.ts'
import type { Credential, Lifetime } from '../../core/credential-record.ts'
import type { FoundEntry } from '../../core/transfer/transfer-ports.ts'
import { readJson } from '../files/json-text.ts'
import type { KeyService } from './secret-names.ts'

/** Facts that every parser needs. */
export type ParseContext = { readonly now: Date; readonly services: readonly KeyService[] }

export const NEVER: Lifetime = { kind: 'never' }
export const UNKNOWN: Lifetime = { kind: 'unknown' }
export const UNSHOWABLE = 'Its account has invisible characters. Rename it at its source.'

type NewKey = {
  readonly ref: CredentialRef
  readonly name: string
  readonly value: string
  readonly hosts: readonly string[]
  readonly expiry: Lifetime
  /** A note for the person about this key. */
  readonly note?: string | null
}

/** Returns the entry for a key; if the value can't be a key, the entry says why it can't be kept. */
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

/** Returns a name from outside if it can be shown, else the service. */
export function shownNameOf(name: string, { service }: CredentialRef): string {
  return name !== '' && v.is(shownText, name) ? name : service
}

/** An expiry that was found, and a note for the person about how it was read. */
export type FoundEnd = { readonly expiry: Lifetime; readonly note: string | null }

const instantForm =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i
const AS_UTC = 'Its expiry names no time zone and is read as UTC.'
const NOT_READ = 'Its expiry was not understood.'
/** Numbers below are seconds since 1970, numbers from here on are milliseconds. */
const FIRST_OF_MILLISECONDS = 1e11
const LAST_YEAR = 9999

/**
 * Reads the expiry of a credential as tools write it: ISO 8601 with or without a time and an offset, a space
 * in place of the T, or seconds or milliseconds since 1970. `absent` is the result for a missing, null or
 * empty field.
 */
export function endOf(value: unknown, absent: Lifetime): FoundEnd {
  if (value === undefined || value === null || value === '') return { expiry: absent, note: null }
  const at = instantOf(value)
  if (at === null) return { expiry: UNKNOWN, note: NOT_READ }
  const form = instantForm.exec(writtenOf(value))
  return { expiry: { kind: 'at', at }, note: form !== null && form[4] === undefined ? AS_UTC : null }
}

/** Returns a number or a text as a text. Empty: the value is neither. */
function writtenOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
}

/** Null: not an instant. */
function instantOf(value: unknown): Date | null {
  const text = writtenOf(value)
  if (/^\d{9,14}(?:\.\d+)?$/.test(text)) {
    const number = Number(text)
    return inCalendar(new Date(number < FIRST_OF_MILLISECONDS ? number * 1000 : number))
  }
  const [, day, time = '00:00', fraction = '0', zone = 'Z'] = instantForm.exec(text) ?? []
  if (day === undefined) return null
  const offset = zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase()
  const seconds = time.length === 5 ? `${time}:00` : time
  return inCalendar(new Date(`${day}T${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`))
}

/** Null: there is no such day, or the year is too late to be meant. */
function inCalendar(at: Date): Date | null {
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() > LAST_YEAR ? null : at
}

/** Joins the notes of one entry. Null: there is none. */
export function joinedNotes(...notes: readonly (string | null | undefined)[]): string | null {
  const said = notes.filter((note) => note !== null && note !== undefined)
  return said.length === 0 ? null : said.join(' ')
}

/**
 * Reads JSON. Throws INVALID_REQUEST for a repeated name, because one of its values would be lost, and for a
 * text that is too large. Null: not JSON.
 */
export function jsonOf(text: string): unknown {
  const read = readJson(text)
  if (read?.fault === 'repeated') {
    throw refuse(
      'It contains a name twice, so a value would be lost. Rename one of the two; nothing was read.'
    )
  }
  if (read?.fault === 'large') throw refuse('It contains too much to read. Import it in parts.')
  return read?.value ?? null
}

/**
 * Returns the origin of an address, its host as DNS writes it (Punycode), so that it can't look like another;
 * null if it has no origin.
 */
export function originOf(address: string): string | null {
  const origin = URL.parse(address)?.origin ?? 'null'
  return origin === 'null' ? null : origin
}

/** Returns the server that an MCP host's token is for. Null: none is named. */
export function serverOf(credential: Credential): string | null {
  return credential.kind === 'mcp' && credential.serverUrl !== null ? originOf(credential.serverUrl) : null
}

/** Returns an object that is not an array. Null: the value is something else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

export function refuse(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
