import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { Policy } from '../../../src-main/core/use/policy.ts'
import { parsePolicy } from '../../../src-main/storage/policy/policy-file.ts'
import { mutate } from '../../fault/mutations.ts'
import { pick } from '../../fault/oauth-input.ts'
import { trials, tryAll, upTo } from './trials.ts'

/** Stands for what a person pasted by mistake. No name of a client or service can hold its capitals. */
const PASTED = 'Pasted7XyZ'

/** One in 31 is odd, so that many policies are sound and most of the others have one fault. */
function mostly<Sound, Odd>(sound: fc.Arbitrary<Sound>, odd: fc.Arbitrary<Odd>): fc.Arbitrary<Sound | Odd> {
  return fc.oneof({ weight: 30, arbitrary: sound }, { weight: 1, arbitrary: odd })
}
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    PASTED,
    `ghp_${PASTED}`,
    [PASTED],
    { [PASTED]: 1 },
    { a: PASTED },
    null,
    '',
    -1,
    []
  ),
  fc.jsonValue({ maxDepth: 2 })
)
const orStrange = <T>(sound: fc.Arbitrary<T>): fc.Arbitrary<unknown> => mostly(sound, strange)
const list = (entry: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  orStrange(fc.array(entry, { maxLength: 3 }))
/** A mapping without some of its fields, and seldom with one that does not exist. */
const mapping = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  orStrange(
    mostly(
      fc.record(fields, { requiredKeys: [] }),
      fc.record({ ...fields, [PASTED]: strange }, { requiredKeys: [] })
    )
  )

const hostNames = ['a.example', 'A.example:8443', 'localhost:80', '10.0.0.1:80', '[::1]:8443']
const host = mostly(
  fc.constantFrom(...hostNames),
  fc.constantFrom(`*.${PASTED}`, `${PASTED}:x`, 'a..b', '127.1', '')
)
const localHost = mostly(fc.constantFrom('localhost:80', '10.0.0.1:80', '[::1]:8443'), fc.constant(PASTED))
const segment = mostly(
  fc.constantFrom('*', '**', 'a', 'a*b', 'é', '{', '𝒳'),
  fc.constantFrom('..', 'a**', '%20', '?', ' ', `${PASTED}?`, '\u202E', '\0')
)
const rule = fc
  .tuple(
    mostly(fc.constantFrom('GET', 'ANY', 'GET,POST', 'X-Y'), fc.constantFrom('get', 'GET,ANY', PASTED)),
    mostly(fc.constantFrom(' ', '  '), fc.constantFrom('', '\n', '\t')),
    fc.oneof(fc.constant(''), host),
    fc.array(segment, { maxLength: 4 })
  )
  .map(([methods, space, at, segments]) => `${methods}${space}${at}/${segments.join('/')}`)
const flag = orStrange(fc.boolean())
const restrictions = { read_only: flag, deny: list(rule), allow: list(rule) }
const serviceNames = mostly(
  fc.constantFrom('github', 'sso.example.net', 'constructor'),
  fc.constantFrom(PASTED, '__proto__')
)
const clientNames = mostly(
  fc.constantFrom('ci-bot', 'terminal', '007', 'constructor'),
  fc.constantFrom(PASTED, '__proto__', '')
)
const named = (name: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  orStrange(fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true }))
const count = orStrange(fc.integer({ min: 1, max: 999_999_999 }))
const client = mapping({
  off: flag,
  per_minute: count,
  per_day: count,
  services: named(serviceNames, mapping({ off: flag, ...restrictions }))
})
const policies = fc.record({
  version: mostly(fc.constant(1), strange),
  network: mapping({ ca_file: orStrange(fc.constant('/etc/ca.pem')), local_hosts: list(localHost) }),
  services: named(serviceNames, mapping({ hosts: list(host), ...restrictions })),
  clients: named(clientNames, client)
})

/** The policy, or the sentence of the fault; any other error is thrown. */
function read(text: string): Policy | string {
  try {
    return parsePolicy(text)
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'CONFIG_INVALID') throw error
    expect(error.message).not.toContain('Pasted')
    expect(error.message).toMatch(/^policy\.yaml: [a-z][^\n]{5,300}\.$/)
    return error.message
  }
}

/** The sentence without names of services and clients, and without the numbers of entries and lines. */
const withoutNames = (sentence: string): string =>
  sentence
    .replaceAll(
      /\b(clients|services)\.[\w.-]+?(?=\.(?:off|per_|services|read|deny|allow|hosts)|[ ,])/g,
      '$1.x'
    )
    .replaceAll(/(?:entry|line) \d+/g, 'N')

function expectSound({ network, services, clients }: Policy): void {
  for (const local of network.localHosts) expect(local).toMatch(/^[a-z\d.[\]:]+:\d+$/)
  const below = [...clients.values()].flatMap((one) => [...(one.services?.values() ?? [])])
  const rules = [...services.values(), ...below].flatMap((one) => one.rules)
  for (const { hosts, path } of rules) {
    expect(path).toMatch(/^\/[^%?#\\\s]*$/)
    for (const name of hosts) expect(name).toMatch(/^[a-z\d.[\]:]+$/)
  }
}

it(
  `a policy is read with every rule in it, or not at all (${trials.toLocaleString('en')} policies)`,
  { timeout: 900_000 },
  () => {
    const sentences = new Set<string>()
    let sound = 0
    fc.assert(
      fc.property(policies, (given) => {
        const policy = read(JSON.stringify(given))
        if (typeof policy === 'string') {
          sentences.add(withoutNames(policy))
          return
        }
        sound += 1
        expectSound(policy)
        expect(shapeOf(policy)).toEqual(givenShape(given as Given))
      }),
      { numRuns: trials }
    )
    // Enough of both, and a sentence that quoted a value would be another one each time.
    expect(sound).toBeGreaterThan(trials / 10)
    expect(sentences.size).toBeGreaterThan(15)
    expect(sentences.size).toBeLessThan(80)
  }
)

type Restricted = { readonly read_only?: boolean; readonly deny?: unknown[]; readonly allow?: unknown[] }
type Given = {
  readonly services: Record<string, Restricted>
  readonly clients: Record<string, { off?: boolean; per_day?: number; services?: Record<string, Restricted> }>
}

/** What must not get lost: each name with its switches, as texts like in the file, and the number of its rules. */
function shapeOf({ services, clients }: Policy): unknown {
  const ofServices = (all: Policy['services'] | NonNullable<Clients['services']>): unknown =>
    [...all].map(([name, one]) => [name, String(one.readOnly), one.rules.length])
  return {
    services: ofServices(services),
    clients: [...clients].map(([name, one]) => {
      return [name, String(one.off), String(one.limits.perDay), one.services && ofServices(one.services)]
    })
  }
}
type Clients = Policy['clients'] extends ReadonlyMap<string, infer One> ? One : never

function givenShape({ services, clients }: Given): unknown {
  const ofServices = (all: Record<string, Restricted>): unknown =>
    Object.entries(all).map(([name, { read_only: readOnly = false, deny = [], allow = [] }]) => {
      return [name, String(readOnly), deny.length + allow.length]
    })
  return {
    services: ofServices(services),
    clients: Object.entries(clients).map(([name, one]) => {
      return [
        name,
        String(one.off ?? false),
        String(one.per_day ?? null),
        one.services ? ofServices(one.services) : null
      ]
    })
  }
}

const written = `# ${PASTED}
version: 1
network:
  ca_file: /etc/${PASTED}.pem
  local_hosts: [localhost:8443, '[::1]:80']
services:
  github:
    hosts: [api.github.example.com]
    read_only: true
    deny: ['POST /${PASTED}/keys', 'ANY a.example/admin/**']
    allow:
      - GET /repos/**
clients:
  ci-bot:
    off: true
    per_minute: 60
    services:
      github: { read_only: true, allow: [GET /${PASTED}/**], off: false }
`
const pieces = [
  '\n',
  '  ',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '&a ',
  '*a',
  '!!int ',
  '"',
  "'",
  '|\n',
  '? ',
  '<<: ',
  '#'
]

it(
  `a text that is damaged is a policy or a fault, soon and without a quote (${trials.toLocaleString('en')} texts)`,
  { timeout: 900_000 },
  async () => {
    expect(read(written)).not.toBeTypeOf('string')
    const seen = { policies: 0, faults: 0 }
    await tryAll((random) => {
      let bytes: Buffer = Buffer.from(written)
      for (let change = upTo(random, 1); change >= 0; change -= 1) {
        const at = upTo(random, bytes.length)
        const piece = Buffer.from(pick(random, pieces).repeat(random() < 0.02 ? 500 : 1))
        bytes =
          random() < 0.5 && bytes.length > 0
            ? mutate(bytes, random)
            : Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
      }
      const policy = read(bytes.toString('utf8'))
      seen[typeof policy === 'string' ? 'faults' : 'policies'] += 1
      if (typeof policy !== 'string') expectSound(policy)
    })
    expect(seen.policies).toBeGreaterThan(trials / 50)
    expect(seen.faults).toBeGreaterThan(trials / 20)
  }
)
