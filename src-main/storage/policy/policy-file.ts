import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import * as v from 'valibot'
import { clientName } from '#shared/broker/clients.ts'
import { helperName, methodName } from '#shared/broker/use.ts'
import { serviceId } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { isShowable } from '#shared/shown-text.ts'
import { type AccessRule, isRulePath } from '../../core/use/access-rules.ts'
import { type ClientPolicy, type ClientServicePolicy, noPolicy } from '../../core/use/policy.ts'
import type { Policy, ServicePolicy } from '../../core/use/policy.ts'
import { faultOfPath } from '../files/owned-path.ts'
import { isAbsent } from '../files/private-files.ts'
import { readYaml } from '../files/yaml-text.ts'
import { directHostOf, hostOf, localHostOf, proxyOf } from './policy-hosts.ts'

const MOST_POLICY_BYTES = 128 * 1024
const MOST_CA_BYTES = 1024 * 1024
/** Most entries of a list. Every request is compared with each. */
const MOST_ENTRIES = 100

/** Place of the whole file in a sentence. */
const FILE = 'the file'
const COUNT = 'a whole number from 1 to 999999999'
const HOST = 'a host name in ASCII with an optional port, such as api.example.com:8443'
const LOCAL_HOST = 'a host with its port, such as localhost:8443'
const PROXY =
  'an address such as http://proxy.example.com:3128; a user name and a password do not belong in this file'
const DIRECT_HOST = 'a host name without a port, or .example.com for every name below it'
const RULE =
  'methods and a path, such as GET,HEAD /repos/** or ANY api.example.com/admin/**; the path is decoded and has no query, and ** stands alone between slashes'

/**
 * Reads `policy.yaml`; `path` is its absolute path. A missing file is `noPolicy`. Throws CONFIG_INVALID for a
 * file that others can write, a link, and any fault of the content. The sentence names the place by the names
 * of services and clients, which have passed their check, and never quotes a value.
 */
export async function readPolicy(path: string): Promise<Policy> {
  const text = await readTrusted(path, FILE, MOST_POLICY_BYTES)
  return text === null ? noPolicy : parsePolicy(text)
}

/**
 * Returns the certificates of `network.ca_file`, each as PEM; a policy without it has none. Throws
 * CONFIG_INVALID for a file that others can write, a link, and a file without certificates.
 */
export async function readAuthorities({ network: { caFile } }: Policy): Promise<readonly string[]> {
  if (caFile === null) return []
  const place = 'network.ca_file'
  const text = await readTrusted(caFile, place, MOST_CA_BYTES)
  if (text === null) throw wrong(place, 'names a file that is missing')
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (found.length === 0 || !found.every(isCertificate)) throw wrong(place, 'must hold certificates as PEM')
  return found
}

/** Parses the text of `policy.yaml` and throws as `readPolicy`. JSON is YAML too. */
export function parsePolicy(text: string): Policy {
  // As texts: a client with the name 007 is not the client 7.
  const read = readYaml(text, 'failsafe')
  if (read.kind === 'broken') throw wrong(`line ${String(read.line)}:`, read.fault)
  const file = fieldsOf({ value: read.value, place: FILE }, ['version', 'network', 'services', 'clients'])
  // An empty file has no version, so that a file that was cut off does not end every restriction.
  if (file('version')?.value !== '1') throw wrong('version', 'must be 1')
  const network = fieldsOf(file('network'), ['ca_file', 'local_hosts', 'proxy', 'no_proxy'])
  const proxy = network('proxy')
  return {
    network: {
      caFile: pathOf(network('ca_file')),
      localHosts: listOf(network('local_hosts'), localHostOf, LOCAL_HOST),
      proxy: proxy && valueOf(proxy, proxyOf, PROXY),
      noProxy: listOf(network('no_proxy'), directHostOf, DIRECT_HOST)
    },
    services: mapOf(file('services'), isService, servicePolicyOf),
    clients: mapOf(file('clients'), isClient, clientPolicyOf)
  }
}

/** A value of the file with its place, such as `clients.ci-bot.per_minute`. */
type Found = { readonly value: unknown; readonly place: string }

const restrictions = ['read_only', 'deny', 'allow'] as const
type Restrictions = (name: (typeof restrictions)[number]) => Found | null

function servicePolicyOf(found: Found): ServicePolicy {
  const field = fieldsOf(found, ['hosts', 'encoded_slash', 'helpers', ...restrictions])
  const encodedSlash = flagOf(field('encoded_slash'))
  const helpers = mapOf(field('helpers'), isHelper, (each) => listOf(each, hostOf, HOST))
  return { hosts: listOf(field('hosts'), hostOf, HOST), encodedSlash, helpers, ...restrictionsOf(field) }
}

function clientPolicyOf(found: Found): ClientPolicy {
  const field = fieldsOf(found, ['off', 'no_proposals', 'per_minute', 'per_day', 'services'])
  const services = field('services')
  return {
    off: flagOf(field('off')),
    noProposals: flagOf(field('no_proposals')),
    limits: { perMinute: countOf(field('per_minute')), perDay: countOf(field('per_day')) },
    services: services && mapOf(services, isService, clientServicePolicyOf)
  }
}

function clientServicePolicyOf(found: Found): ClientServicePolicy {
  const field = fieldsOf(found, ['off', ...restrictions])
  return { off: flagOf(field('off')), ...restrictionsOf(field) }
}

function restrictionsOf(field: Restrictions): Pick<ServicePolicy, 'readOnly' | 'rules'> {
  const deny = listOf(field('deny'), (text) => ruleOf('deny', text), RULE)
  const allow = listOf(field('allow'), (text) => ruleOf('allow', text), RULE)
  return { readOnly: flagOf(field('read_only')), rules: [...deny, ...allow] }
}

/** Reads `METHOD[,METHOD] [host[:port]]/path`. Null: it has another form, or a path that no request has. */
function ruleOf(effect: AccessRule['effect'], text: string): AccessRule | null {
  const [, methodText = '', hostText = '', path = ''] = /^(\S+) +([^/\s]*)(\/\S*)$/.exec(text) ?? []
  const methods = methodText === 'ANY' ? 'any' : methodText.split(',')
  const host = hostOf(hostText)
  if (methods !== 'any' && !methods.every((name) => name !== 'ANY' && v.is(methodName, name))) return null
  if ((hostText !== '' && host === null) || !isRulePath(path)) return null
  return { effect, hosts: host === null ? [] : [host], methods, path }
}

const isService = (name: string): boolean => v.is(serviceId, name)
const isHelper = (name: string): boolean => v.is(helperName, name)
const isClient = (name: string): boolean => v.is(clientName, name)

/** Returns the reader of the fields of a mapping. The reader returns null for a field that is absent. */
function fieldsOf<Name extends string>(
  found: Found | null,
  names: readonly Name[]
): (name: Name) => Found | null {
  const members = membersOf(found, names.join(', '))
  const isKnown = (name: string): boolean => names.some((known) => known === name)
  if (found !== null && ![...members.keys()].every(isKnown)) {
    throw wrong(found.place, `has an unknown field; its fields are ${names.join(', ')}`)
  }
  return (name) => members.get(name) ?? null
}

/** Reads a mapping with names that the person chose. */
function mapOf<T>(
  found: Found | null,
  isName: (name: string) => boolean,
  read: (found: Found) => T
): ReadonlyMap<string, T> {
  const members = membersOf(found, 'names')
  if (found !== null && ![...members.keys()].every(isName)) {
    throw wrong(found.place, 'has a name that can’t be one there')
  }
  return new Map([...members].map(([name, member]) => [name, read(member)]))
}

function membersOf(found: Found | null, what: string): ReadonlyMap<string, Found> {
  if (found === null) return new Map()
  const { value, place } = found
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(place, `must be a mapping of ${what}`)
  }
  const below = place === FILE ? '' : `${place}.`
  return new Map(
    Object.entries(value).map(([name, member]) => [name, { value: member, place: below + name }])
  )
}

function listOf<T>(found: Found | null, read: (text: string) => T | null, form: string): readonly T[] {
  if (found === null) return []
  const { value, place } = found
  if (!Array.isArray(value)) throw wrong(place, 'must be a list')
  if (value.length > MOST_ENTRIES) throw wrong(place, `must have at most ${String(MOST_ENTRIES)} entries`)
  return value.map((entry: unknown, index) =>
    valueOf({ value: entry, place: `${place}, entry ${String(index + 1)},` }, read, form)
  )
}

/** Reads a text; `form` says in words what `read` accepts. */
function valueOf<T>({ value, place }: Found, read: (text: string) => T | null, form: string): T {
  const result = typeof value === 'string' ? read(value) : null
  if (result === null) throw wrong(place, `must be ${form}`)
  return result
}

const readFlag = (text: string): boolean | null => (/^(?:true|false)$/.test(text) ? text === 'true' : null)
const flagOf = (found: Found | null): boolean => found !== null && valueOf(found, readFlag, 'true or false')
const countOf = (found: Found | null): number | null =>
  found && valueOf(found, (text) => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : null), COUNT)
const pathOf = (found: Found | null): string | null =>
  found && valueOf(found, (text) => (isAbsolute(text) && isShowable(text) ? text : null), 'an absolute path')

/**
 * Reads a file as text if nobody else can have written it; its folders are checked, so it stays the same file.
 * Null: there is no file.
 */
async function readTrusted(path: string, place: string, mostBytes: number): Promise<string | null> {
  let fault: string | null
  try {
    if (isAbsent(path)) return null
    fault = faultOfPath(path)
    if (fault === null && (await stat(path)).size > mostBytes) fault = 'is too long'
    if (fault === null) return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch {
    fault = 'can’t be read as text'
  }
  throw wrong(place, fault)
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}

/** `fault` continues a sentence after the place. */
function wrong(place: string, fault: string): VaultError {
  return new VaultError('CONFIG_INVALID', { message: `policy.yaml: ${place} ${fault}.` })
}
