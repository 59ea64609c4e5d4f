import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AccessRule, type AccessRules, decideAccess, isListedLocal } from './access-rules.ts'
import type { Target } from './target.ts'

const target = (parts: Partial<Target> = {}): Target => ({
  scheme: 'https',
  host: 'api.example',
  isLiteral: false,
  port: 443,
  path: '/',
  query: '',
  ...parts
})
const access = (parts: Partial<AccessRules> = {}): AccessRules => ({
  hosts: ['api.example'],
  localHosts: [],
  readOnly: false,
  rules: [],
  clientRules: [],
  ...parts
})
const rule = (effect: AccessRule['effect'], path: string, parts: Partial<AccessRule> = {}): AccessRule => ({
  effect,
  hosts: [],
  methods: 'any',
  path,
  ...parts
})

/** `allowed`, or the reason of the refusal. */
function decide(rules: AccessRules, method = 'GET', to = target()): string {
  const decision = decideAccess(rules, method, to)
  return decision.kind === 'allowed' ? 'allowed' : decision.because
}
const decidePath = (rules: readonly AccessRule[], path: string): string =>
  decide(access({ rules }), 'GET', target({ path }))

describe('the hosts of a credential', () => {
  it('allow a request to one of them', () => {
    expect(decide(access({ hosts: ['other.example', 'API.Example.'] }))).toBe('allowed')
  })

  it.each([
    'example',
    'xapi.example',
    'v1.api.example',
    'api.example.evil.example',
    'evil.example',
    'api-example'
  ])('refuse the host %s', (host) => {
    expect(decide(access(), 'GET', target({ host }))).toBe('host')
  })

  it.each([[], [''], ['*'], ['*.example'], ['.example'], ['https://api.example'], ['api.example:x']])(
    'refuse everything if the only entry is %j',
    (...hosts) => {
      expect(decide(access({ hosts }))).toBe('host')
    }
  )

  it('bind the port: 443 where none is given', () => {
    expect(decide(access(), 'GET', target({ port: 8443 }))).toBe('port')
    const rules = access({ hosts: ['api.example:8443'] })
    expect(decide(rules, 'GET', target({ port: 8443 }))).toBe('allowed')
    expect(decide(rules)).toBe('port')
  })
})

describe('a local host', () => {
  const rules = access({
    hosts: ['localhost:8080', '127.0.0.1:8443', '[::1]:8443', 'api.example', 'api.example:80'],
    localHosts: ['localhost:8080', '127.0.0.1:8443', '[::1]:8443']
  })

  it('may be http, or an IP address', () => {
    expect(decide(rules, 'GET', target({ scheme: 'http', host: 'localhost', port: 8080 }))).toBe('allowed')
    for (const host of ['127.0.0.1', '[::1]'])
      expect(decide(rules, 'GET', target({ host, isLiteral: true, port: 8443 }))).toBe('allowed')
  })

  it('is the only one that may be http', () => {
    expect(decide(rules, 'GET', target({ scheme: 'http', port: 80 }))).toBe('scheme')
    expect(decide(rules, 'GET', target({ scheme: 'http', host: 'localhost', port: 80 }))).toBe('scheme')
  })

  it('is the only one that may be an IP address', () => {
    const hosts = ['127.0.0.1', '[::1]', '8.8.8.8']
    for (const host of hosts)
      expect(decide(access({ hosts }), 'GET', target({ host, isLiteral: true }))).toBe('literal')
  })

  it('is refused if the credential is not for it', () => {
    const elsewhere = access({ localHosts: ['localhost:8080'] })
    expect(decide(elsewhere, 'GET', target({ scheme: 'http', host: 'localhost', port: 8080 }))).toBe('host')
  })

  it('is listed with its port', () => {
    const listed = access({ localHosts: ['LOCALHOST:8080', 'nas.example', ':80'] })
    expect(isListedLocal(listed, target({ host: 'localhost', port: 8080 }))).toBe(true)
    expect(isListedLocal(listed, target({ host: 'localhost', port: 8081 }))).toBe(false)
    expect(isListedLocal(listed, target({ host: 'nas.example' }))).toBe(false)
  })
})

describe('a method', () => {
  it.each(['GET', 'HEAD', 'POST', 'PATCH', 'OPTIONS', 'M-SEARCH'])('%s is allowed', (method) => {
    expect(decide(access(), method)).toBe('allowed')
  })

  it.each([
    'TRACE',
    'CONNECT',
    'TRACK',
    'trace',
    'get',
    '',
    'GET ',
    'GET\r\nX: y',
    'G'.repeat(40),
    'GET/',
    'ＧＥＴ'
  ])('%j is refused, even where a rule allows it', (method) => {
    const rules = [rule('allow', '/**', { methods: [method] }), rule('allow', '/**')]
    expect(decide(access({ rules }), method)).toBe('method')
  })

  it('only reads if the credential is for reading', () => {
    const rules = access({ readOnly: true, rules: [rule('allow', '/**')] })
    expect(['GET', 'HEAD'].map((method) => decide(rules, method))).toEqual(['allowed', 'allowed'])
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'QUERY'])
      expect(decide(rules, method)).toBe('read-only')
  })
})

describe('the rules of a credential', () => {
  it('let a deny rule outrank every allow rule, in any order', () => {
    const rules = [rule('allow', '/admin/keys'), rule('deny', '/admin/**'), rule('allow', '/**')]
    expect(decidePath(rules, '/admin/keys')).toBe('denied')
    expect(decidePath(rules.toReversed(), '/admin/keys')).toBe('denied')
    expect(decidePath(rules, '/repos')).toBe('allowed')
  })

  it('allow what no rule names if none of them allows', () => {
    expect(decidePath([], '/x')).toBe('allowed')
    expect(decidePath([rule('deny', '/y')], '/x')).toBe('allowed')
  })

  it('deny what no rule names as soon as one of them allows', () => {
    expect(decidePath([rule('allow', '/y')], '/x')).toBe('denied')
    const elsewhere = [rule('allow', '/**', { hosts: ['other.example'] })]
    expect(decidePath(elsewhere, '/x')).toBe('denied')
  })

  it('are for their methods alone, in upper or lower case', () => {
    const rules = access({
      rules: [rule('allow', '/**', { methods: ['GET', 'put'] }), rule('deny', '/put', { methods: ['put'] })]
    })
    const at = (method: string, path: string): string => decide(rules, method, target({ path }))
    expect(['GET', 'PUT', 'POST'].map((method) => at(method, '/x'))).toEqual(['allowed', 'allowed', 'denied'])
    expect(['GET', 'PUT'].map((method) => at(method, '/put'))).toEqual(['allowed', 'denied'])
    expect(decide(access({ rules: [rule('allow', '/**', { methods: [] })] }))).toBe('denied')
  })

  it('are for their hosts alone, on every port unless one is named', () => {
    const hosts = ['api.example', 'api.example:8443', 'other.example']
    const on = (named: string, to: Partial<Target>): string =>
      decide(access({ hosts, rules: [rule('deny', '/**', { hosts: [named] })] }), 'GET', target(to))
    expect(on('api.example', {})).toBe('denied')
    expect(on('Api.Example', { port: 8443 })).toBe('denied')
    expect(on('api.example:8443', { port: 8443 })).toBe('denied')
    expect(on('api.example:8443', {})).toBe('allowed')
    expect(on('api.example', { host: 'other.example' })).toBe('allowed')
  })

  it('do not widen the hosts of the credential', () => {
    const rules = access({ rules: [rule('allow', '/**', { hosts: ['evil.example'] }), rule('allow', '/**')] })
    expect(decide(rules, 'GET', target({ host: 'evil.example' }))).toBe('host')
  })

  it('of a client only narrow those of the service: both have to allow, and either denies', () => {
    const service = [rule('allow', '/repos/**'), rule('deny', '/repos/keys')]
    const at = (path: string, clientRules: readonly AccessRule[], rules = service): string =>
      decide(access({ rules, clientRules }), 'GET', target({ path }))
    expect(at('/user', [rule('allow', '/**')])).toBe('denied')
    expect(at('/user', [rule('allow', '/user')])).toBe('denied')
    expect(at('/repos/keys', [rule('allow', '/repos/keys')])).toBe('denied')
    expect(at('/repos/a', [rule('allow', '/repos/a')])).toBe('allowed')
    expect(at('/repos/b', [rule('allow', '/repos/a')])).toBe('denied')
    expect(at('/repos/a', [rule('deny', '/repos/a')])).toBe('denied')
    expect(at('/user', [rule('allow', '/user')], [])).toBe('allowed')
    expect(at('/repos/a', [rule('allow', '/user')], [])).toBe('denied')
  })

  it('deny, if a host or a path of theirs can not be read', () => {
    const long = `/${'a'.repeat(512)}`
    expect(decidePath([rule('deny', '/**', { hosts: ['*.example'] })], '/x')).toBe('denied')
    expect(decidePath([rule('allow', '/**', { hosts: ['*.example'] })], '/x')).toBe('denied')
    expect(decidePath([rule('deny', long)], '/x')).toBe('denied')
    expect(decidePath([rule('allow', long)], long)).toBe('denied')
    expect(decidePath([], '/%zz')).toBe('denied')
  })
})

describe('a path with an encoded slash', () => {
  const decideSlash = (rules: readonly AccessRule[], path: string): string =>
    decide(access({ rules, encodedSlash: true }), 'GET', target({ path }))

  it('is refused unless its service is known to have such paths', () => {
    for (const path of ['/a%2fb', '/a%2Fb', '/a/b%2f']) {
      expect(decidePath([], path)).toBe('encoded-slash')
      expect(decidePath([rule('allow', '/**')], path)).toBe('encoded-slash')
      expect(decideSlash([], path)).toBe('allowed')
    }
  })

  it('is for an allow rule one segment with a slash in it', () => {
    const rules = [rule('allow', '/projects/*/issues')]
    expect(decideSlash(rules, '/projects/group%2Fproject/issues')).toBe('allowed')
    expect(decideSlash(rules, '/projects/group/project/issues')).toBe('denied')
    expect(decideSlash(rules, '/projects/1%2Fissues')).toBe('denied')
    expect(decideSlash([rule('allow', '/projects/*')], '/projects/1%2Fissues')).toBe('allowed')
  })

  it('is denied as soon as one of its two readings is', () => {
    const rules = [rule('allow', '/**'), rule('deny', '/projects/*/keys/**')]
    for (const path of [
      '/projects/1%2Fkeys',
      '/projects/a%2Fb/keys',
      '/projects%2f1%2fkeys%2f7',
      '/projects/1%2f;x/keys'
    ])
      expect([path, decideSlash(rules, path)]).toEqual([path, 'denied'])
    expect(decideSlash(rules, '/projects/a%2Fb/issues')).toBe('allowed')
    expect(decideSlash([rule('deny', '/admin')], '/admin%2f')).toBe('denied')
    expect(decideSlash([rule('deny', '/admin')], '/%61dmin%2f%2f')).toBe('denied')
  })
})

describe('the path of a rule', () => {
  const covers = (glob: string, path: string): boolean =>
    decidePath([rule('allow', glob)], path) === 'allowed'

  it.each([
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['a/b', '/a/b'],
    ['/a/*', '/a/b'],
    ['/a/*/c', '/a/b/c'],
    ['/a/b*', '/a/b'],
    ['/a/*.json', '/a/x.json'],
    ['/v*/a', '/v12/a'],
    ['/a*b*c', '/a-b-b-c'],
    ['/a/**', '/a'],
    ['/a/**', '/a/'],
    ['/a/**', '/a/b/c'],
    ['/**', '/'],
    ['/**/c', '/c'],
    ['/**/c', '/a/b/c'],
    ['/a/**/b/*/c', '/a/b/x/b/y/c'],
    ['/Admin', '/%41dmin'],
    ['/café', '/caf%C3%A9'],
    ['/a.b', '/a.b'],
    ['/*', '/*']
  ])('%s covers %s', (glob, path) => {
    expect(covers(glob, path)).toBe(true)
  })

  it.each([
    ['/', '/a'],
    ['/a', '/a/'],
    ['/a', '/A'],
    ['/a/*', '/a'],
    ['/a/*', '/a/'],
    ['/a/*', '/a/b/c'],
    ['/a/*/c', '/a//c'],
    ['/a*', '/a/b'],
    ['/a**', '/a/b'],
    ['/a.b', '/axb'],
    ['/a+', '/aa'],
    ['/(a|b)', '/a'],
    ['/[a]', '/a'],
    ['/?', '/a'],
    ['/**/c', '/a/cc'],
    ['/%41', '/A'],
    ['', '/a']
  ])('%s does not cover %s', (glob, path) => {
    expect(covers(glob, path)).toBe(false)
  })

  it.each(['/admin/', '/admin//', '/x//admin', '/admin;x=1', '/admin;/', '/%61dmin', '/admin%3Bx'])(
    'of a deny rule for /**/admin covers %s, which servers read as the same path',
    (path) => {
      expect(decidePath([rule('deny', '/**/admin')], path)).toBe('denied')
    }
  )

  it('of a deny rule covers the path without its empty segments', () => {
    const rules = [rule('deny', '/admin/keys/')]
    for (const path of ['/admin/keys', '/admin//keys/', '/admin/;a/keys;b//'])
      expect(decidePath(rules, path)).toBe('denied')
    expect(decidePath(rules, '/admin/keys/1')).toBe('allowed')
  })

  it('means what its definition says, for every short glob', () => {
    const text = (...units: string[]): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom(...units), maxLength: 8 }).map((rest) => `/${rest}`)
    const globs = fc.oneof(text('a', 'b', '*', '/'), text('a', '**/', '/**', '*', '/'))
    fc.assert(
      fc.property(globs, text('a', 'b', '/'), (glob, path) => {
        expect([glob, path, covers(glob, path)]).toEqual([glob, path, definition(glob, path)])
      }),
      { numRuns: 5000 }
    )
  })

  it.each([
    ['stars in one segment', `/${'*a'.repeat(255)}b`.slice(0, 512), `/${'a'.repeat(8000)}`],
    ['wildcards of segments', `/${'**/a/'.repeat(102)}`, `${'/a'.repeat(4000)}/b`],
    ['stars in every segment', `/**/${'*a*/'.repeat(120)}b`, `/${'aa/'.repeat(2600)}c`]
  ])(
    'is decided for the worst %s, where a matcher that tries every way would never end',
    (_name, glob, path) => {
      expect(decidePath([rule('deny', glob)], path)).toBe('allowed')
    }
  )
})

/** The glob by its definition: every way to share out the wildcards is tried. */
function definition(glob: string, path: string): boolean {
  return sharedOut(glob.slice(1).split('/'), path.slice(1).split('/'))
}

function sharedOut(globs: readonly string[], segments: readonly string[]): boolean {
  const [glob, ...rest] = globs
  if (glob === undefined) return segments.length === 0
  if (glob === '**')
    return [...segments, ''].some((_segment, count) => sharedOut(rest, segments.slice(count)))
  const [segment, ...others] = segments
  if (segment === undefined || (segment === '') !== (glob === '')) return false
  return isWithin(glob, segment) && sharedOut(rest, others)
}

function isWithin(glob: string, text: string): boolean {
  if (glob === '') return text === ''
  if (glob.startsWith('*'))
    return Array.from(`${text}.`).some((_character, count) => isWithin(glob.slice(1), text.slice(count)))
  return text.startsWith(glob.charAt(0)) && isWithin(glob.slice(1), text.slice(1))
}
