import { parse, safeParse } from 'valibot'
import { credentialKey, hostName, serviceId } from '#shared/credential.ts'
import type { ApiKeyRequest } from '#shared/ipc.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { keyText } from '../text/add-text.ts'

/** The fields of the form, without the key, which stays in its field until it is sent. */
export type KeyFields = {
  /** Null: a service that is not in the list; its name is typed. */
  readonly provider: ProviderChoice | null
  /** Who chose the service. Null: it is not chosen yet. */
  readonly chosenBy: 'prefix' | 'person' | null
  readonly serviceName: string
  readonly account: string
  readonly hosts: readonly string[]
  /** The value of a date field: `2027-02-14`, or empty. */
  readonly day: string
}

export type KeyErrors = Readonly<Record<'key' | 'serviceName' | 'account' | 'day', string | null>>
export type KeyRequest = Omit<ApiKeyRequest, 'key' | 'replace'>

/**
 * The fields after the key was changed. A service that was chosen by the first letters of the key goes with them, so that
 * no key is kept for, and sent to, another service. One that the person chose stays: keys of several services begin alike.
 */
export function withRecognised(fields: KeyFields, recognised: ProviderChoice | null): KeyFields {
  if (fields.chosenBy === 'person' || recognised?.id === fields.provider?.id) return fields
  if (recognised !== null) {
    return { ...fields, provider: recognised, hosts: recognised.allowedHosts, chosenBy: 'prefix' }
  }
  return fields.chosenBy === 'prefix' ? { ...fields, provider: null, hosts: [], chosenBy: null } : fields
}

/** Returns the last moment of that day in local time; null for no day. */
export function endOfDay(day: string): string | null {
  const [year, month, date] = day.split('-').map(Number)
  if (year === undefined || month === undefined || date === undefined) return null
  const end = new Date(year, month - 1, date, 23, 59, 59)
  return Number.isNaN(end.getTime()) ? null : end.toISOString()
}

export function parseHost(text: string): string | null {
  const address = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text).host : text
  const result = safeParse(hostName, address)
  return result.success ? result.output : null
}

export function serviceIdOf(name: string): string | null {
  const id = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 100)
  return safeParse(serviceId, id).success ? id : null
}

export function checkKeyFields(fields: KeyFields, keyIsEmpty: boolean, now: number): KeyErrors {
  const end = endOfDay(fields.day)
  return {
    key: keyIsEmpty ? keyText.keyMissing : null,
    serviceName:
      fields.provider === null && serviceIdOf(fields.serviceName) === null
        ? keyText.serviceNameMissing
        : null,
    account: fields.account.trim() === '' ? keyText.accountMissing : null,
    day: end !== null && Date.parse(end) <= now ? keyText.expiresPast : null
  }
}

/** Only for fields that passed `checkKeyFields`. */
export function toKeyRequest(fields: KeyFields): KeyRequest {
  const { provider, serviceName, account, hosts, day } = fields
  return {
    service: parse(serviceId, provider?.id ?? serviceIdOf(serviceName)),
    name: provider?.name ?? serviceName.trim(),
    account: account.trim(),
    allowedHosts: [...hosts],
    expiresAt: endOfDay(day)
  }
}

/** The first of `default`, `default 2` and so on that no key of this service has. */
export function freeAccount(service: string | null, isTaken: (id: string) => boolean): string {
  for (let n = 1; ; n += 1) {
    const account = keyText.defaultAccount(n)
    if (service === null || !isTaken(credentialKey({ service, account }))) return account
  }
}

export function keyId(request: KeyRequest): string {
  return credentialKey({ service: request.service, account: request.account })
}
