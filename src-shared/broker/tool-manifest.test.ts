import { describe, expect, it } from 'vitest'
import { isOrigin, jsonFault, readManifest, splitUrl } from './tool-manifest.ts'

/** The tool `registry` of the usage guide, which the project began with. */
const registry = {
  tool_id: 'registry',
  executor_id: 'http_client',
  version: '1.0.0',
  required_scope: 'registry:write',
  auth_service: 'supabase',
  environment: ['SUPABASE_URL', 'SUPABASE_ANON_KEY'],
  config: {
    method: 'POST',
    url: '${SUPABASE_URL}/rest/v1/directives',
    headers: { apikey: '${SUPABASE_ANON_KEY}', 'Content-Type': 'application/json' },
    body: { name: '${name}', tags: ['a', 1, null, true] }
  }
}

function faultOf(value: unknown): string {
  const read = readManifest(value)
  return read.kind === 'fault' ? read.message : 'no fault'
}

/** The manifest with other fields at its top, or without those that are undefined. */
function changed(fields: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify({ ...registry, ...fields }))
}
const withConfig = (fields: Record<string, unknown>): unknown =>
  changed({ config: { ...registry.config, ...fields } })

describe('a manifest', () => {
  it('is read as it is written', () => {
    expect(readManifest(registry)).toEqual({ kind: 'manifest', manifest: registry })
  })

  it('may leave everything but its name to a parent', () => {
    const child = {
      tool_id: 'child',
      executor_id: 'http_client',
      version: '0.0.1',
      parent: 'registry',
      config: {}
    }
    expect(readManifest(child)).toEqual({ kind: 'manifest', manifest: child })
  })

  it('may have a scope for each action, and null for a public one', () => {
    const scopes = { search: null, upload: 'registry:write' }
    const read = readManifest(changed({ required_scope: undefined, scopes }))
    expect(read).toMatchObject({ kind: 'manifest', manifest: { scopes } })
  })

  it.each([
    { auth_type: 'bearer' },
    { auth_type: 'basic', auth_user: 'x-token' },
    { auth_type: 'basic', auth_user: '' },
    { auth_type: 'header', auth_header: 'X-Api-Key' }
  ])('may say how the credential is written: %j', (fields) => {
    expect(readManifest(changed(fields)).kind).toBe('manifest')
  })
})

const faults: readonly (readonly [fields: Record<string, unknown>, sentence: RegExp])[] = [
  [{ tool_id: undefined }, /^A manifest needs the field tool_id\.$/],
  [{ config: undefined }, /^A manifest needs the field config\.$/],
  [{ tool_id: 'Cnry' }, /^tool_id and parent have lower-case letters/],
  [{ tool_id: 'c'.repeat(101) }, /^tool_id and parent have lower-case letters/],
  [{ parent: '../cnry' }, /^tool_id and parent have lower-case letters/],
  [{ executor_id: 'cnry' }, /^executor_id is http_client\.$/],
  [{ version: 'cnry' }, /^version is three numbers/],
  [{ version: 1 }, /^version is three numbers/],
  [{ cnry: 1 }, /^A manifest has only these fields: tool_id, executor_id/],
  [{ required_scope: 'cnry cnry' }, /^A scope is one word/],
  [{ required_scope: '' }, /^A scope is one word/],
  [{ scopes: { search: null } }, /it can’t have both\.$/],
  [{ required_scope: undefined, scopes: { 'c nry': null } }, /^scopes maps at most 64 actions/],
  [{ required_scope: undefined, scopes: ['cnry'] }, /^scopes maps at most 64 actions/],
  [{ required_scope: undefined, scopes: { cnry: 7 } }, /^A scope is one word/],
  [{ auth_service: 'CNRY' }, /^auth_service is the name of a service/],
  [{ auth_account: 'cnry\u202e' }, /^auth_account is an account/],
  [{ auth_account: '' }, /^auth_account is an account/],
  [{ auth_type: 'cnry' }, /^auth_type is bearer, basic or header\.$/],
  [{ auth_type: 'header' }, /^auth_header belongs to auth_type header/],
  [{ auth_header: 'x-cnry' }, /^auth_header belongs to auth_type header/],
  [{ auth_type: 'basic' }, /^auth_user belongs to auth_type basic/],
  [{ auth_type: 'basic', auth_user: 'cnry:x' }, /^auth_user is at most 200 characters without a colon\.$/],
  [{ environment: ['c nry'] }, /^environment has at most 32 names/],
  [{ environment: ['LATCHKEY_HOME'] }, /no setting of Latchkey\.$/],
  [
    { environment: Array.from({ length: 33 }, (_, index) => `N${index}`) },
    /^environment has at most 32 names/
  ],
  [{ environment: ['SUPABASE_ANON_KEY'] }, /^A \$\{NAME\} in the scheme or host/]
]
const configFaults: readonly (readonly [fields: Record<string, unknown>, sentence: RegExp])[] = [
  [{ cnry: 1 }, /^config has only these fields: method, url, headers, body\.$/],
  [{ method: 'TRACE' }, /^config\.method is GET/],
  [{ method: 'get' }, /^config\.method is GET/],
  [{ headers: { Host: 'cnry' } }, /^config\.headers maps at most 64 names/],
  [{ headers: { 'x-c': 'cnry\r\nx: y' } }, /^config\.headers maps at most 64 names/],
  [{ headers: { 'x-c': '${c-nry}' } }, /^config\.headers maps at most 64 names/],
  [{ headers: { 'x c': 'cnry' } }, /^config\.headers maps at most 64 names/],
  [{ headers: { 'x-c': 7 } }, /^config\.headers maps at most 64 names/],
  [{ headers: ['cnry'] }, /^config\.headers maps at most 64 names/],
  [{ headers: { 'X-C': 'a', 'x-c': 'cnry' } }, /^config\.headers has each name once/],
  [{ body: { text: ['${cnry cnry}'] } }, /^A placeholder in config\.body/],
  [{ body: '${' }, /^A placeholder in config\.body/],
  [{ body: 'c'.repeat(70_000) }, /^There is too much text/]
]

describe('a fault of a manifest has a sentence that quotes no value', () => {
  it.each(faults)('%j', (fields, sentence) => {
    expect(faultOf(changed(fields))).toMatch(sentence)
    expect(faultOf(changed(fields)).toLowerCase()).not.toContain('cnry')
  })

  it.each(configFaults)('config: %j', (fields, sentence) => {
    expect(faultOf(withConfig(fields))).toMatch(sentence)
    expect(faultOf(withConfig(fields)).toLowerCase()).not.toContain('cnry')
  })

  it.each([null, 'cnry', 7, [], [registry]])('a whole manifest that is %j', (value) => {
    expect(faultOf(value)).toBe('A manifest is a mapping of fields.')
  })
})

describe('a manifest is refused', () => {
  it.each([
    'https://cnry.example/a b',
    'https://user@cnry.example/',
    'https://user:cnry@api.example/',
    'https://api.example\\@cnry.example/',
    'https://api.example/a\\b',
    'https://api.example/#cnry',
    'https://api.example/%zz',
    'https://api.example/é',
    'https://api.example:0/',
    'https://api.example:70000/',
    'https://api.example./',
    'https:/api.example/',
    'https:///api.example/',
    '//api.example/',
    'http://api.example/',
    'file:///etc/cnry',
    'https://127.1/',
    'https://0x7f.0.0.1/',
    'https://2130706433/',
    'https://api.example/${a b}',
    `https://api.example/${'c'.repeat(4100)}`,
    ''
  ])('with the address %s', (url) => {
    expect(faultOf(withConfig({ url }))).toMatch(/^config\.url begins with https:\/\//)
  })

  it.each([
    'Authorization',
    'authorization',
    'Cookie',
    'Content-Length',
    'content_length',
    'Transfer-Encoding',
    'Proxy-Authorization',
    'Sec-Fetch-Site',
    'X-Forwarded-Host',
    'X_Forwarded_For',
    'X-HTTP-Method-Override'
  ])('with the header %s, for its own text or for the credential', (name) => {
    expect(faultOf(withConfig({ headers: { [name]: 'x' } }))).toMatch(/^config\.headers maps/)
    expect(faultOf(changed({ auth_type: 'header', auth_header: name }))).toMatch(
      /^auth_header is a header name/
    )
  })

  it.each([
    '{"__proto__": {"required_scope": null}}',
    '{"constructor": 1}',
    '{"config": {"headers": {"__proto__": "x"}}}',
    '{"config": {"body": [{"prototype": 1}]}}',
    '{"scopes": {"__proto__": null}}'
  ])('with a key that JavaScript’s own objects have: %s', (json) => {
    expect(faultOf(JSON.parse(json))).toBe('The keys __proto__, prototype and constructor are refused.')
  })

  it('with a placeholder in the host that is a parameter', () => {
    for (const url of [
      '${host}/x',
      'https://${host}/x',
      'https://${host}.example/',
      'https://api.example:${port}/'
    ]) {
      expect(faultOf(withConfig({ url }))).toMatch(/^A \$\{NAME\} in the scheme or host/)
    }
  })

  it('with values that only a parser of YAML makes', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect(faultOf({ ...registry, config: { body: circle } })).toMatch(/too many levels/)
    expect(faultOf({ ...registry, config: { body: new Date(0) } })).toBe(
      'Only values that JSON has are allowed.'
    )
    expect(faultOf({ ...registry, config: { body: Number.NaN } })).toBe(
      'Only values that JSON has are allowed.'
    )
    expect(faultOf(new Map([['tool_id', 'x']]))).toBe('Only values that JSON has are allowed.')
  })
})

describe('the limits of a JSON value', () => {
  it('count every value inside', () => {
    expect(jsonFault([1, 2], { values: 3, characters: 0 })).toBeNull()
    expect(jsonFault([1, 2, 3], { values: 3, characters: 0 })).toMatch(/^There is too much/)
  })

  it('count the characters of keys and texts together', () => {
    expect(jsonFault({ ab: 'cd' }, { values: 9, characters: 4 })).toBeNull()
    expect(jsonFault({ ab: 'cd' }, { values: 9, characters: 3 })).toMatch(/^There is too much/)
  })
})

describe('the address of a manifest', () => {
  it.each([
    ['https://api.example:8443/a?b', 'https://api.example:8443', '/a?b'],
    ['https://api.example?b', 'https://api.example', '?b'],
    ['${URL}/rest', '${URL}', '/rest'],
    ['https://${A}.example', 'https://${A}.example', '']
  ])('%s is split after its host and port', (url, origin, rest) => {
    expect(splitUrl(url)).toEqual({ origin, rest })
  })

  it.each([
    'https://api.example.com',
    'https://a-b.example:8443',
    'https://192.168.1.20',
    'http://127.0.0.1:54321',
    'http://localhost',
    'http://[::1]:8080',
    'https://[::1]'
  ])('%s is an origin, and a URL parser reads the same', (text) => {
    expect(isOrigin(text)).toBe(true)
    expect(new URL(text).origin).toBe(text)
  })

  it.each([
    'https://api.example/',
    'https://API.example',
    'https://1.2.3.256',
    'https://01.2.3.4',
    'https://a.1e',
    ''
  ])('%j is none', (text) => {
    expect(isOrigin(text)).toBe(false)
  })
})
