import * as v from 'valibot'
import { credentialRef, DEFAULT_ACCOUNT, hostName, serviceId } from '#shared/credential.ts'
import type { Found, FoundEntry } from '../../core/transfer/transfer-ports.ts'
import { endOf, fieldsOf, keyEntry, NEVER, type ParseContext, refuse } from './found-entries.ts'
import { inSlices } from './in-slices.ts'
import { accountOf, judge, mayBeSecret, namedService, shownOr, unreadSecrets } from './secret-names.ts'

type Fields = Readonly<Record<string, unknown>>
type Parts = { entries: FoundEntry[]; skipped: string[]; leavesSecrets: boolean }

const valueFields = ['key', 'token', 'secret', 'apiKey', 'api_key', 'value', 'password'] as const
const endFields = ['expiresAt', 'expires_at', 'expires', 'expiry', 'expiration', 'exp'] as const
const listFields = ['credentials', 'keys', 'entries', 'tokens'] as const

/**
 * Reads keys in JSON: an object of names and texts, or a list of objects with `service` and `key`. Throws
 * INVALID_REQUEST for anything else.
 */
export async function parseKeysJson(json: unknown, context: ParseContext): Promise<Found> {
  const fields = fieldsOf(json)
  const list = Array.isArray(json) ? json : listIn(fields)
  const parts: Parts = { entries: [], skipped: [], leavesSecrets: false }
  if (list !== null) await inSlices(list, (item, index) => addObject(fieldsOf(item), index, context, parts))
  else if (fields !== null && isOneEntry(fields)) addObject(fields, 0, context, parts)
  else if (fields !== null) await addNames(fields, context, parts)
  if (parts.entries.length === 0 && parts.skipped.length === 0) {
    throw refuse('There is nothing in it that Latchkey can read.')
  }
  // Other fields may be settings of another program, so a document is removed whole or stays whole.
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
  const held = item === null ? null : valueOf(item)
  const accountField = ['account', 'user'].find((field) => textOf(item, field) !== null)
  const account = textOf(item, accountField ?? '') ?? DEFAULT_ACCOUNT
  const ref = { service: namedService(service, services)?.id ?? service, account }
  if (item === null || held === null || !v.is(credentialRef, ref)) {
    parts.skipped.push(`${place} has no service, no key that is a text, or a name that can’t be kept.`)
    parts.leavesSecrets = true
    return
  }
  const known = services.find(({ id }) => id === ref.service)
  const ownHosts = hostsOf(item['allowedHosts'])
  const hosts = ownHosts ?? known?.allowedHosts ?? []
  const name = textOf(item, 'name') ?? known?.name ?? service
  const endField = endFields.find((field) => isThere(item[field]))
  const { expiry, note } = endOf(item[endField ?? ''], NEVER)
  const entry = keyEntry({ ref, name, value: held.value, hosts, expiry, note }, now)
  parts.entries.push(entry)
  const read = [
    'service',
    held.field,
    accountField,
    entry.name === item['name'] ? 'name' : undefined,
    expiry.kind === 'at' ? endField : undefined,
    ownHosts === null ? undefined : 'allowedHosts'
  ]
  for (const field of unreadSecrets(item, new Set(read), services)) {
    parts.skipped.push(`${place}: ${field} may hold a secret too, and it was not read.`)
    parts.leavesSecrets = true
  }
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null && value !== ''

async function addNames(fields: Fields, { now, services }: ParseContext, parts: Parts): Promise<void> {
  await inSlices(Object.entries(fields), ([name, value], index) => {
    const shown = shownOr(name, `Field ${index + 1}`, services)
    if (typeof value !== 'string') {
      parts.skipped.push(`${shown} is not a text.`)
      parts.leavesSecrets ||= mayBeSecret(name, value, services)
      return
    }
    const verdict = judge(name, value, services)
    if (verdict.kind !== 'key') {
      parts.skipped.push(
        verdict.kind === 'plain'
          ? `${shown} does not look like a secret.`
          : `${shown} may hold a secret, but its service is not clear. Add it by hand.`
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

/** Returns the first field that holds a key. Null: none of them is a text. */
function valueOf(fields: Fields): { readonly field: string; readonly value: string } | null {
  const field = valueFields.find((name) => textOf(fields, name) !== null)
  return field === undefined ? null : { field, value: fields[field] as string }
}

function hostsOf(value: unknown): readonly string[] | null {
  const parsed = v.safeParse(v.array(hostName), value)
  return parsed.success ? parsed.output : null
}

/** Returns a file's name or another name as a service id. Null: it has no such form. */
export function serviceIdOf(name: string): string | null {
  const id = name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-')
  return v.is(serviceId, id) ? id : null
}
