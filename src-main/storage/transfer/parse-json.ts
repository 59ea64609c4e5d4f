import * as v from 'valibot'
import { credentialRef, DEFAULT_ACCOUNT, hostName, serviceId } from '#shared/credential.ts'
import type { Lifetime } from '../../core/credential-record.ts'
import type { Found, FoundEntry } from '../../core/transfer/transfer-ports.ts'
import { fieldsOf, instantOf, keyEntry, NEVER, type ParseContext, refuse } from './found-entries.ts'
import { accountOf, judge, namedService, shownOr } from './secret-names.ts'

type Fields = Readonly<Record<string, unknown>>
type Parts = { entries: FoundEntry[]; skipped: string[]; leavesSecrets: boolean }

const valueFields = ['key', 'token', 'secret', 'apiKey', 'api_key', 'value', 'password'] as const
const listFields = ['credentials', 'keys', 'entries', 'tokens'] as const

/**
 * Keys in JSON: an object of names and texts, or a list of objects with `service` and `key`. Throws INVALID_REQUEST for
 * anything else.
 */
export function parseKeysJson(json: unknown, context: ParseContext): Found {
  const fields = fieldsOf(json)
  const list = Array.isArray(json) ? json : listIn(fields)
  const parts: Parts = { entries: [], skipped: [], leavesSecrets: false }
  if (list !== null) list.forEach((item, index) => addObject(fieldsOf(item), index, context, parts))
  else if (fields !== null && isOneEntry(fields)) addObject(fields, 0, context, parts)
  else if (fields !== null) addNames(fields, context, parts)
  if (parts.entries.length === 0 && parts.skipped.length === 0) {
    throw refuse('There is nothing in it that Latchkey can read.')
  }
  // Other fields may be somebody's settings, so nothing is cut out of a document: it goes whole or stays.
  return { format: 'json', ...parts, rest: null }
}

function listIn(fields: Fields | null): readonly unknown[] | null {
  if (fields === null) return null
  const name = listFields.find((field) => Array.isArray(fields[field]))
  return name !== undefined && Object.keys(fields).length === 1 ? (fields[name] as unknown[]) : null
}

function isOneEntry(fields: Fields): boolean {
  return typeof fields['service'] === 'string' && valueOf(fields) !== null
}

function addObject(item: Fields | null, index: number, { now, services }: ParseContext, parts: Parts): void {
  const place = `Entry ${index + 1}`
  const service = textOf(item, 'service')?.toLowerCase() ?? ''
  const value = item === null ? null : valueOf(item)
  const account = textOf(item, 'account') ?? textOf(item, 'user') ?? DEFAULT_ACCOUNT
  const ref = { service: namedService(service, services)?.id ?? service, account }
  if (item === null || value === null || !v.is(credentialRef, ref)) {
    parts.skipped.push(`${place} has no service, or no key that is a text.`)
    parts.leavesSecrets = true
    return
  }
  const known = services.find(({ id }) => id === ref.service)
  const hosts = hostsOf(item['allowedHosts']) ?? known?.allowedHosts ?? []
  const name = textOf(item, 'name') ?? known?.name ?? service
  parts.entries.push(keyEntry({ ref, name, value, hosts, expiry: expiryOf(item) }, now))
}

function addNames(fields: Fields, { now, services }: ParseContext, parts: Parts): void {
  Object.entries(fields).forEach(([name, value], index) => {
    const shown = shownOr(name, `Field ${index + 1}`, services)
    if (typeof value !== 'string') {
      parts.skipped.push(`${shown} is not a text.`)
      parts.leavesSecrets ||= typeof value === 'object' && value !== null
      return
    }
    const verdict = judge(name, value, services)
    if (verdict.kind !== 'key') {
      parts.skipped.push(
        verdict.kind === 'plain'
          ? `${shown} does not look like a secret.`
          : `${shown} may hold a secret, and it is not clear of which service. Add it by hand.`
      )
      parts.leavesSecrets = true
      return
    }
    const ref = { service: verdict.service, account: accountOf(name, services) }
    parts.entries.push(keyEntry({ ref, name: verdict.name, value, hosts: verdict.hosts, expiry: NEVER }, now))
  })
}

function textOf(fields: Fields | null, name: string): string | null {
  const value = fields?.[name]
  return typeof value === 'string' && value !== '' ? value : null
}

function valueOf(fields: Fields): string | null {
  const name = valueFields.find((field) => typeof fields[field] === 'string')
  return name === undefined ? null : (fields[name] as string)
}

function hostsOf(value: unknown): readonly string[] | null {
  const parsed = v.safeParse(v.array(hostName), value)
  return parsed.success ? parsed.output : null
}

function expiryOf(fields: Fields): Lifetime {
  const at = instantOf(fields['expiresAt'] ?? fields['expires_at'])
  return at === null ? NEVER : { kind: 'at', at }
}

/** A file or a name as a service id; null: no such form. */
export function serviceIdOf(name: string): string | null {
  const id = name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-')
  return v.is(serviceId, id) ? id : null
}
