import { describe, expect, it } from 'vitest'
import { readManifest, type ToolManifest } from '#shared/broker/tool-manifest.ts'
import { isJsonType, requestOf, requiredScope, resolveChain } from './tool-chain.ts'

type Fields = Readonly<Record<string, unknown>>
const url = 'https://api.example/v1'

function manifest(fields: Fields): ToolManifest {
  const read = readManifest({
    tool_id: 'tool',
    executor_id: 'http_client',
    version: '1.0.0',
    config: {},
    ...fields
  })
  if (read.kind === 'fault') throw new Error(read.message)
  return read.manifest
}

/** The chain of manifests that each name the next one as parent. */
function chainOf(...all: readonly Fields[]): readonly ToolManifest[] {
  return all.map((fields, index) => manifest({ tool_id: `tool${index}`, ...fields }))
}

function resolved(...manifests: readonly ToolManifest[]): ReturnType<typeof resolveChain> {
  return resolveChain(new Map(manifests.map((one) => [one.tool_id, one])), 'leaf')
}

/** The request of a single tool, or the sentence of its fault. */
function built(fields: Fields, parameters: Fields = {}, environment: Readonly<Record<string, string>> = {}) {
  const found = requestOf(chainOf({ ...fields }), parameters, environment)
  return found.kind === 'fault' ? found.message : found
}
const urlFor = (text: string, parameters: Fields): string => {
  const found = built({ config: { method: 'GET', url: text } }, parameters)
  return typeof found === 'string' ? found : found.url
}
const bodyFor = (body: unknown, parameters: Fields): unknown => {
  const found = built({ config: { method: 'POST', url, body } }, parameters)
  return typeof found === 'string' ? found : JSON.parse(found.body ?? '""')
}

describe('the chain of a tool', () => {
  const root = manifest({ tool_id: 'root', config: { method: 'GET', url } })

  it('begins with the tool and ends with the last parent', () => {
    const middle = manifest({ tool_id: 'middle', parent: 'root' })
    const leaf = manifest({ tool_id: 'leaf', parent: 'middle' })
    expect(resolved(root, leaf, middle)).toEqual({ kind: 'chain', chain: [leaf, middle, root] })
  })

  it('is a fault if the tool or a parent is missing', () => {
    expect(resolved(root)).toEqual({ kind: 'fault', message: 'There is no tool of this name.' })
    const leaf = manifest({ tool_id: 'leaf', parent: 'gone' })
    expect(resolved(leaf)).toEqual({ kind: 'fault', message: 'The parent of the tool leaf is missing.' })
  })

  it('is a fault if the parents form a circle', () => {
    const circle = { kind: 'fault', message: 'The parents of the tool form a circle.' }
    expect(resolved(manifest({ tool_id: 'leaf', parent: 'leaf' }))).toEqual(circle)
    const leaf = manifest({ tool_id: 'leaf', parent: 'other' })
    expect(resolved(leaf, manifest({ tool_id: 'other', parent: 'leaf' }))).toEqual(circle)
  })

  it('has at most eight tools', () => {
    const line = (length: number): ToolManifest[] =>
      Array.from({ length }, (_, index) =>
        manifest({
          tool_id: index === 0 ? 'leaf' : `t${index}`,
          ...(index < length - 1 ? { parent: `t${index + 1}` } : { config: { method: 'GET', url } })
        })
      )
    expect(resolved(...line(8)).kind).toBe('chain')
    expect(resolved(...line(9))).toMatchObject({
      kind: 'fault',
      message: expect.stringMatching(/^A tool has at most/)
    })
  })

  it('is a fault if it says no method or no address', () => {
    const without = (config: Fields) => resolved(manifest({ tool_id: 'leaf', config }))
    expect(without({ url })).toMatchObject({ message: 'The tool and its parents lack config.method.' })
    expect(without({ method: 'GET' })).toMatchObject({ message: 'The tool and its parents lack config.url.' })
  })
})

describe('the required scope', () => {
  it('is the first that is found, the leaf over its parents', () => {
    const chain = chainOf({}, { required_scope: 'leaf' }, { required_scope: 'root' })
    expect(requiredScope(chain, null)).toEqual({ kind: 'scope', scope: 'leaf' })
  })

  it('is public if no manifest of the chain says one', () => {
    expect(requiredScope(chainOf({}, {}), 'search')).toEqual({ kind: 'public' })
  })

  it('is public if the first that says one says null, whatever its parents say', () => {
    const parent = { required_scope: 'root' }
    expect(requiredScope(chainOf({ required_scope: null }, parent), null)).toEqual({ kind: 'public' })
    expect(requiredScope(chainOf({ scopes: { search: null } }, parent), 'search')).toEqual({ kind: 'public' })
  })

  it('is that of the action, also where a parent lists the actions', () => {
    const scopes = { search: null, upload: 'registry:write' }
    expect(requiredScope(chainOf({}, { scopes }), 'upload')).toEqual({
      kind: 'scope',
      scope: 'registry:write'
    })
  })

  it.each([null, 'delete', '', 'toString', '__proto__', 'Upload'])(
    'is a fault for the action %j',
    (action) => {
      const chain = chainOf({ scopes: { upload: 'w' } }, { required_scope: null })
      const message = 'The parameter action names none of the actions of the tool tool0.'
      expect(requiredScope(chain, action)).toEqual({ kind: 'fault', message })
    }
  )
})

describe('a value in the address', () => {
  it('is percent-encoded wherever it stands', () => {
    expect(urlFor(`${url}/\${a}/x?q=\${b}&n=\${n}`, { a: 'a b;é', b: 'x/../?&#=', n: 7 })).toBe(
      `${url}/a%20b%3B%C3%A9/x?q=x%2F..%2F%3F%26%23%3D&n=7`
    )
  })

  it('stays one segment with a slash in it, which the rules of the service judge', () => {
    expect(urlFor(`${url}/\${id}/x`, { id: 'a/b' })).toBe(`${url}/a%2Fb/x`)
  })

  it.each(['..', '.', '..;x', '../../admin', 'a/..', 'a\\b', '%2e%2e', 'a%00', 'a\nb'])(
    'can not change the path: %j is a fault',
    (id) => {
      expect(urlFor(`${url}/\${id}/x`, { id })).toMatch(/^The path of this address/)
    }
  )

  it('can not be put together to two dots', () => {
    expect(urlFor(`${url}/\${a}\${b}/x`, { a: '.', b: '.' })).toMatch(/^The path of this address has “\.”/)
  })

  it('is a fault if it is empty and stands in the path, where it would name the whole collection', () => {
    expect(urlFor(`${url}/\${id}`, { id: '' })).toBe('The value of id stands in the path and is empty.')
    expect(urlFor(`${url}?q=\${id}`, { id: '' })).toBe(`${url}?q=`)
    expect(urlFor('https://api.example?q=${id}', { id: '' })).toBe('https://api.example?q=')
  })

  it.each([[{ id: ['x'] }], [{ id: { a: 1 } }], [{ id: null }]])(
    'is text, a number, true or false: %j',
    (given) => {
      expect(urlFor(`${url}/\${id}`, given)).toBe('The value of id is text, a number, true or false.')
    }
  )

  it('is a fault if it has half a character', () => {
    expect(urlFor(`${url}/\${id}`, { id: '\ud83d' })).toBe('The value of id has half a character in it.')
  })

  it('is named if it is missing', () => {
    expect(urlFor(`${url}/\${id}`, {})).toBe('The parameter id is missing.')
    expect(urlFor(`${url}/\${toString}`, {})).toBe('The parameter toString is missing.')
  })
})

describe('the host', () => {
  const tool = { environment: ['URL_OF_IT'], config: { method: 'GET', url: '${URL_OF_IT}/rest' } }
  const at = (value: string): unknown => {
    const found = built(tool, {}, { URL_OF_IT: value })
    return typeof found === 'string' ? found : found.url
  }

  it('comes from the environment if the manifest declares the name', () => {
    expect(at('https://Project.supabase.example')).toBe('https://project.supabase.example/rest')
    expect(at('https://project.supabase.example/')).toBe('https://project.supabase.example/rest')
    expect(at('http://127.0.0.1:54321')).toBe('http://127.0.0.1:54321/rest')
  })

  it.each([
    '',
    'project.example',
    'http://project.example',
    'https://a@b',
    'https://a.example/x',
    'https://a.example?'
  ])('is a fault if the environment says %j', (value) => {
    expect(at(value)).toBe('The environment gives no https:// address with a host and nothing after it.')
  })

  it('is never taken from a parameter of the same name', () => {
    expect(built(tool, { URL_OF_IT: 'https://evil.example' })).toBe('The environment has no URL_OF_IT.')
    const found = built(tool, { URL_OF_IT: 'https://evil.example' }, { URL_OF_IT: 'https://good.example' })
    expect(found).toMatchObject({ url: 'https://good.example/rest' })
  })

  it('may have a part from the environment, which stays within its labels', () => {
    const part = { environment: ['REF'], config: { method: 'GET', url: 'https://${REF}.api.example/' } }
    expect(built(part, {}, { REF: 'abc' })).toMatchObject({ url: 'https://abc.api.example/' })
    for (const REF of [
      'evil.example/',
      'evil.example?',
      'evil.example#',
      'a@b',
      'evil.example\\',
      'evil.example:1'
    ]) {
      expect(built(part, {}, { REF })).toMatch(/^The environment gives no https/)
    }
  })

  it('is a fault if only the leaf declares a name of the address of its parent', () => {
    const parent = { ...manifest(tool), environment: [] }
    const environment = { URL_OF_IT: 'https://a.example' }
    const found = requestOf([manifest({ environment: ['URL_OF_IT'] }), parent], environment, environment)
    expect(found).toEqual({ kind: 'fault', message: 'URL_OF_IT can’t be a part of the host.' })
  })
})

describe('a value that looks like a placeholder', () => {
  it('stays text, in the address, in a header and in the body', () => {
    const config = {
      method: 'POST',
      url: `${url}?q=\${a}`,
      headers: { 'x-a': '${a}' },
      body: ['${a}', 'x${a}']
    }
    const found = built({ environment: ['KEY'], config }, { a: '${KEY}' }, { KEY: 'secret' })
    expect(found).toMatchObject({
      url: `${url}?q=%24%7BKEY%7D`,
      headers: [
        ['x-a', '${KEY}'],
        ['content-type', 'application/json']
      ],
      body: '["${KEY}","x${KEY}"]'
    })
  })
})

describe('a header', () => {
  it.each(['a\r\nx-admin: 1', 'a\nb', 'a\rb', 'a\u0000', 'é', 'a\u2028b'])('refuses the value %j', (a) => {
    const found = built({ config: { method: 'GET', url, headers: { 'X-A': 'b ${a}' } } }, { a })
    expect(found).toMatch(/^The value of a stands in a header/)
  })

  it('of the leaf replaces that of a parent, in whatever case, and the others stay', () => {
    const leaf = { config: { headers: { 'X-A': 'leaf' } } }
    const root = { config: { method: 'GET', url, headers: { 'x-a': 'root', 'X-B': 'root' } } }
    expect(requestOf(chainOf(leaf, root), {}, {})).toMatchObject({
      headers: [
        ['x-a', 'leaf'],
        ['x-b', 'root']
      ]
    })
  })
})

describe('the body', () => {
  it('takes the JSON value of a parameter where a string is nothing else', () => {
    const parameters = { n: 1.5, list: [{ a: null }], on: false, name: 'Ana' }
    expect(
      bodyFor({ n: '${n}', deep: [{ list: '${list}' }], on: '${on}', text: 'I am ${name}, ${n}' }, parameters)
    ).toEqual({ n: 1.5, deep: [{ list: [{ a: null }] }], on: false, text: 'I am Ana, 1.5' })
  })

  it('can not be broken out of by a value with quotes', () => {
    expect(bodyFor({ text: '<${a}>', a: '${a}' }, { a: '","admin":true,"x":"' })).toEqual({
      text: '<","admin":true,"x":">',
      a: '","admin":true,"x":"'
    })
  })

  it('keeps its keys as they are', () => {
    expect(bodyFor({ '${a}': 1 }, { a: 'x' })).toEqual({ '${a}': 1 })
  })

  it('is a fault if a list or an object stands within a text', () => {
    expect(bodyFor({ text: 'x${a}' }, { a: [1] })).toBe('The value of a is text, a number, true or false.')
  })

  it('is absent where the leaf says null', () => {
    const parent = { config: { method: 'DELETE', url, body: { a: 1 } } }
    expect(requestOf(chainOf({ config: { body: null } }, parent), {}, {})).toMatchObject({
      body: null,
      headers: []
    })
  })

  it('is a fault of a GET, and beside a content-type that is no JSON', () => {
    expect(built({ config: { method: 'GET', url, body: {} } })).toBe(
      'A tool that sends GET or HEAD has no body.'
    )
    const headers = { 'Content-Type': 'text/plain' }
    expect(built({ config: { method: 'POST', url, headers, body: {} } })).toMatch(
      /^The body of a tool is JSON/
    )
  })

  it('keeps a content-type of JSON that the manifest gives', () => {
    const headers = { 'Content-Type': 'application/vnd.api+json; charset=utf-8' }
    expect(built({ config: { method: 'POST', url, headers, body: {} } })).toMatchObject({
      headers: [['content-type', 'application/vnd.api+json; charset=utf-8']]
    })
    expect([
      isJsonType('application/json'),
      isJsonType('application/jsonp'),
      isJsonType('text/json')
    ]).toEqual([true, false, false])
  })
})

describe('the parameters', () => {
  it('are a fault with a key that JavaScript’s own objects have', () => {
    const parameters = JSON.parse('{"a": {"__proto__": {"admin": true}}}') as Fields
    expect(bodyFor('${a}', parameters)).toBe(
      'The parameters can’t be taken. The keys __proto__, prototype and constructor are refused.'
    )
  })

  it('are a fault if they fill more than a mebibyte', () => {
    const many = '${a}'.repeat(1000)
    expect(bodyFor(many, { a: 'x'.repeat(1000) })).toBe('x'.repeat(1_000_000))
    expect(bodyFor(many, { a: 'x'.repeat(2000) })).toBe('The parameters are too long for one request.')
    const list = Array.from({ length: 1000 }, () => '${a}')
    expect(bodyFor(list, { a: ['x'.repeat(2000)] })).toBe('The parameters are too long for one request.')
  })
})
