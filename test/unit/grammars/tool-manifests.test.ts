import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { readManifest, type ToolManifest } from '#shared/broker/tool-manifest.ts'
import { runTool, type ToolPorts } from '../../../src-main/core/use/tool-executor.ts'
import type { ToolRequest } from '../../../src-main/core/use/tool-chain.ts'
import { trials } from './trials.ts'

/** A host that only parameters name; no request may go there. */
const EVIL = 'evil.example'
const environment = {
  BASE: 'https://base.example',
  REF: 'ref',
  LOCAL: 'http://127.0.0.1:8080',
  BAD: 'https://a@b/'
}

/** One in 31 is odd, so that most manifests have few faults and many have none. */
function mostly<Sound, Odd>(sound: fc.Arbitrary<Sound>, odd: fc.Arbitrary<Odd>): fc.Arbitrary<Sound | Odd> {
  return fc.oneof({ weight: 30, arbitrary: sound }, { weight: 1, arbitrary: odd })
}
const joined = (pieces: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(pieces, { maxLength: 5 }).map((all) => all.join(''))

const placeholder = mostly(
  fc.constantFrom('${p}', '${q}', '${BASE}'),
  fc.constantFrom('${gone}', '${__proto__}', '${constructor}', '${BAD}', '${p q}', '${')
)
const beginning = mostly(
  fc.constantFrom(
    'https://api.example',
    'https://api.example:8443',
    'https://API.example',
    '${BASE}',
    '${LOCAL}'
  ),
  fc.constantFrom(
    'https://',
    '//',
    '',
    'https://${REF}.api.example',
    'https://${p}',
    '${p}',
    '${BAD}',
    'http://a.example'
  )
)
const odd = fc.constantFrom(
  '\\',
  '@',
  '#',
  ':',
  ':443',
  '.',
  '..',
  '%2f',
  '%',
  '}',
  '\n',
  '\t',
  ' ',
  'é',
  '[::1]',
  '0x7f.1'
)
const rest = fc.tuple(
  mostly(fc.constantFrom('', '/', '/v1/', '?q=', '/a?b='), odd),
  joined(mostly(fc.oneof(fc.constantFrom('/a', 'b.c', '-', '%20', '&', '?'), placeholder), odd))
)
const url = fc.tuple(beginning, rest).map(([start, [first, more]]) => start + first + more)
const text = joined(
  mostly(fc.oneof(placeholder, fc.constantFrom('a', ' ', '"', '$')), fc.constantFrom('é', '\n'))
)
const body = fc.oneof(
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
  fc.record({ a: text, '${p}': fc.array(text) })
)
const headerName = mostly(
  fc.constantFrom('x-a', 'X-B', 'apikey'),
  fc.constantFrom('X-A', 'Host', 'Cookie', '__proto__')
)
const config = fc.record(
  {
    method: mostly(fc.constantFrom('POST', 'DELETE'), fc.constantFrom('GET', 'TRACE')),
    url,
    headers: fc.dictionary(headerName, text, { maxKeys: 2 }),
    body
  },
  { requiredKeys: ['url', 'method'] }
)
const scope = fc.constantFrom('read', 'write', null)
const scopes = fc.record({ search: scope, upload: scope })
const fields = fc
  .record({
    config: mostly(config, fc.constant({})),
    parent: fc.constantFrom({}, {}, { parent: 'tool1' }, { parent: 'tool2' }, { parent: 'tool0' }),
    scope: fc.oneof(fc.constant({}), fc.record({ required_scope: scope }), fc.record({ scopes })),
    auth: fc.constantFrom({}, { auth_service: 'github' }, { auth_type: 'header', auth_header: 'X-B' }),
    environment: mostly(fc.constant(Object.keys(environment)), fc.subarray(['BASE', 'p']))
  })
  .map((one) => ({
    executor_id: 'http_client',
    version: '1.0.0',
    config: one.config,
    environment: one.environment,
    ...one.parent,
    ...one.scope,
    ...one.auth
  }))
const parameter = fc.oneof(
  fc.constantFrom(
    `https://${EVIL}`,
    `@${EVIL}`,
    `.${EVIL}`,
    `//${EVIL}/`,
    '${BASE}',
    '${p}',
    '..',
    '',
    '\r\nHost: x'
  ),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 10 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.jsonValue({ maxDepth: 2 })
)
const parameters = fc.record({
  p: parameter,
  q: parameter,
  action: mostly(fc.constantFrom('search', 'upload'), fc.oneof(fc.constant('__proto__'), parameter)),
  BASE: fc.constant(`https://${EVIL}`),
  REF: fc.constant(`${EVIL}/`)
})

/** The host as the manifest writes it: a URL parser reads it with the environment filled in and a letter for the rest. */
function hostOf(chain: readonly ToolManifest[]): string {
  const written = chain.find((manifest) => manifest.config.url !== undefined)?.config.url ?? ''
  const plain = written.replaceAll(/\$\{(\w+)\}/g, (_, name: string, at: number) =>
    at <= 'https://'.length && Object.hasOwn(environment, name)
      ? environment[name as keyof typeof environment]
      : 'x'
  )
  return new URL(plain).host
}

function chainOf(tools: ReadonlyMap<string, ToolManifest>, id: string): ToolManifest[] {
  const manifest = tools.get(id)
  return manifest === undefined
    ? []
    : [manifest, ...(manifest.parent === undefined ? [] : chainOf(tools, manifest.parent))]
}

/** The path as it stands in an address; a slash if there is none. */
const pathOf = (url: string): string => /^https?:\/\/[^/?]+([^?]*)/.exec(url)?.[1] || '/'

let sent = 0

/** Runs the first tool and checks every request that comes out of it. */
async function tried(
  tools: ReadonlyMap<string, ToolManifest>,
  given: Readonly<Record<string, unknown>>
): Promise<void> {
  const requests: ToolRequest[] = []
  const send = async (request: ToolRequest) => {
    requests.push(request)
    return { status: 200, headers: [], body: new Uint8Array() }
  }
  const ports: ToolPorts = { sendPublic: send, sendWith: send }
  const result = await runTool(ports, tools, { toolId: 'tool0', parameters: given, environment })
  expect(result.success).toBe(requests.length === 1)
  for (const request of requests) {
    sent += 1
    const target = new URL(request.url)
    expect([request.url, target.host]).toEqual([request.url, hostOf(chainOf(tools, 'tool0'))])
    expect([request.url, target.host.includes(EVIL)]).toEqual([request.url, false])
    expect([request.url, target.username + target.password + target.hash]).toEqual([request.url, ''])
    // The URL parser changes nothing in the path.
    expect([request.url, pathOf(request.url)]).toEqual([request.url, target.pathname])
    for (const [name, value] of request.headers) {
      expect([name, value]).not.toContainEqual(
        expect.stringMatching(/[\r\n]|^(?:host|cookie|authorization)$/)
      )
    }
  }
}

it(
  `a tool sends to the host that its manifest names, or nothing (${trials.toLocaleString('en')} manifests)`,
  { timeout: 900_000 },
  async () => {
    const tools = fc.array(fields, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(tools, parameters, async (all, given) => {
        const manifests = all.map((one, index) => readManifest({ ...one, tool_id: `tool${index}` }))
        const found = manifests.flatMap((one) => (one.kind === 'manifest' ? [one.manifest] : []))
        await tried(new Map(found.map((one) => [one.tool_id, one])), given)
      }),
      { numRuns: trials }
    )
    // Enough of them are sound, so that the check has something to see.
    expect(sent).toBeGreaterThan(trials / 50)
  }
)

it(
  `a value that is no manifest is a fault, and the sentence quotes nothing of it (${trials.toLocaleString('en')} values)`,
  { timeout: 900_000 },
  () => {
    const sentences = new Set<string>()
    const strange = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true
    })
    const broken = fc
      .tuple(
        fields,
        fc.constantFrom('tool_id', 'version', 'config', 'scopes', 'environment', 'auth_type', 'x'),
        strange
      )
      .map(([one, key, value]) => ({ ...one, tool_id: 'tool', [key]: value }))
    fc.assert(
      fc.property(fc.oneof(strange, broken), (value) => {
        const found = readManifest(value)
        if (found.kind === 'fault') sentences.add(found.message)
      }),
      { numRuns: trials }
    )
    // A sentence that quoted a value would be another one each time.
    expect(sentences.size).toBeGreaterThan(5)
    expect(sentences.size).toBeLessThan(50)
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Za-z][^\n]{10,300}\.$/)
  }
)
