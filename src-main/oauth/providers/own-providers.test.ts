import { statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseOwnProviders, readOwnProviders } from './own-providers.ts'
import { builtInProviders, providerDirectory } from './providers.ts'

const SECRET = 'plantedSecretThatMustNotBeSeen0123456789'
const rules = { day: '2026-11-20', taken: ['github'] }
const parse = (...providers: unknown[]) => parseOwnProviders(JSON.stringify({ providers }), rules)

const discovered = {
  kind: 'oauth',
  id: 'work',
  name: 'Work',
  endpoints: { kind: 'discovered', issuer: 'https://sso.example.net' }
}
const fixed = {
  ...discovered,
  id: 'forge',
  endpoints: {
    kind: 'fixed',
    issuer: 'https://git.example.net',
    authorization: 'https://git.example.net/login/oauth/authorize',
    token: 'https://git.example.net/login/oauth/access_token'
  },
  clientAuth: 'post',
  scopes: [{ scope: 'read', description: 'Read', byDefault: true }],
  refresh: { rotates: true },
  redirect: { host: 'localhost', ports: [28_417] }
}
const key = { kind: 'api-key', id: 'acme', name: 'Acme', allowedHosts: ['api.acme.example'] }

describe('a person’s own rows', () => {
  it('take the fields that they leave out from an undescribed issuer', () => {
    const [work, forge, acme] = parse(discovered, fixed, key)
    expect(work).toMatchObject({ clientAuth: 'none', surfaces: ['window', 'browser'], tokenRequest: 'form' })
    expect(forge).toMatchObject({
      endpoints: { revocation: null, deviceAuthorization: null },
      refresh: { rotates: true, url: null, idleDays: null },
      redirect: { host: 'localhost', ports: [28_417] }
    })
    expect(acme).toMatchObject({ allowedHosts: ['api.acme.example'], keyPrefixes: [] })
  })

  it('have a redirect URI of their issuer’s own, unless they name another or the issuer names itself', () => {
    const named = { ...discovered, id: 'named', namesIssuer: true }
    const chosen = { ...discovered, id: 'chosen', redirect: { path: '/back' } }
    const paths = parse(discovered, fixed, named, chosen).map(
      (row) => row.kind === 'oauth' && row.redirect.path
    )
    const own = expect.stringMatching(/^\/callback\/[0-9a-f]{16}$/)
    expect(paths).toEqual([own, own, '/callback', '/back'])
    expect(paths[0]).not.toBe(paths[1])
  })

  it('say where they come from and when the file was written', () => {
    expect(parse(discovered)[0]).toMatchObject({ source: 'providers.json', checkedOn: '2026-11-20' })
  })

  it('stand in the directory beside the built-in ones', () => {
    const directory = providerDirectory([...builtInProviders, ...parse(discovered)])
    expect(directory.find('work')?.name).toBe('Work')
    expect(directory.find('github')?.name).toBe('GitHub')
  })
})

describe('a file with a fault', () => {
  const rows: [string, unknown, string][] = [
    [
      'an address over http',
      { ...fixed, endpoints: { ...fixed.endpoints, token: `http://x.example/${SECRET}` } },
      'row 2: endpoints.token must be an https address.'
    ],
    ['a missing name', { ...discovered, name: undefined }, 'row 2: name is missing.'],
    ['an empty name', { ...discovered, name: '' }, 'row 2: name must not be empty.'],
    ['an unknown field', { ...discovered, colour: SECRET }, 'row 2: colour is not a field of a provider.'],
    [
      'a field whose name might be a secret',
      { ...discovered, [`${SECRET}-`]: 1 },
      'row 2: One of its fields is not a field of a provider.'
    ],
    [
      'a value that is not offered',
      { ...discovered, clientAuth: SECRET },
      'row 2: clientAuth must be one of: “none”, “post”, “basic”.'
    ],
    ['a text for a list', { ...discovered, surfaces: SECRET }, 'row 2: surfaces is not valid.'],
    ['an id that is built in', { ...discovered, id: 'github' }, 'row 2: id belongs to another row already.'],
    [
      'an id that is there already',
      { ...discovered, id: 'acme' },
      'row 2: id belongs to another row already.'
    ],
    [
      'a parameter that is ours',
      { ...discovered, authorizationParams: { state: SECRET } },
      'row 2: authorizationParams must not set any of: '
    ],
    [
      'the sign-in page of a built-in provider with a token endpoint elsewhere',
      {
        ...fixed,
        endpoints: { ...fixed.endpoints, authorization: 'https://github.com/login/oauth/authorize' }
      },
      'row 2: only some of its addresses are those of a built-in provider.'
    ],
    [
      'the issuer of a built-in provider that is to be refreshed elsewhere',
      {
        ...discovered,
        endpoints: { kind: 'discovered', issuer: 'https://accounts.google.com' },
        refresh: { url: `https://evil.example/${SECRET}` }
      },
      'row 2: only some of its addresses are those of a built-in provider.'
    ],
    ['no kind', { id: 'x' }, 'row 2: kind is missing.'],
    ['a row that is a text', SECRET, 'row 2: it must be an object with the fields of a provider.']
  ]
  it.each(rows)('is refused for %s, by row and field and without a value', (_name, row, sentence) => {
    let message = ''
    try {
      parse(key, row)
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
      message = error instanceof Error ? error.message : ''
    }
    expect(message).toContain(`providers.json, ${sentence}`)
    expect(message).not.toContain(SECRET)
  })

  it.each([
    { ...discovered, clientSecret: SECRET },
    { ...discovered, client_secret: SECRET },
    { ...discovered, authorizationParams: { client_secret: SECRET } },
    { ...fixed, refresh: { params: { 'Client-Secret': SECRET } } }
  ])('is refused for a client secret, with what to do', (row) => {
    expect(() => parse(key, row)).toThrow(
      /row 2: a client secret does not belong .* enter it when you sign in/
    )
    expect(() => parse(key, row)).not.toThrow(SECRET)
  })

  it.each(['secret', 'password', 'apikey', 'api_key', 'access_token', 'refresh_token', 'client_assertion'])(
    'is refused for a parameter called %s, which is a secret',
    (name) => {
      for (const row of [
        { ...discovered, authorizationParams: { [name]: SECRET } },
        { ...discovered, refresh: { params: { [name]: SECRET } } }
      ]) {
        expect(() => parse(key, row)).toThrow(/row 2: a secret does not belong in this file/)
        expect(() => parse(key, row)).not.toThrow(SECRET)
      }
    }
  )

  // Each would replace a value that the vault itself sends: a whole request, the target of the answer, the
  // purpose of the tokens.
  it.each(['request', 'request_uri', 'response_mode', 'resource', 'dpop_jkt', 'login_hint', 'id_token_hint'])(
    'may not set the parameter %s of the sign-in page',
    (name) => {
      expect(() => parse(key, { ...discovered, authorizationParams: { [name]: 'x' } })).toThrow(
        /row 2: authorizationParams must not set any of/
      )
    }
  )

  it.each(['client_assertion_type', 'code', 'code_verifier', 'resource', 'token', 'device_code'])(
    'may not set the parameter %s of a refresh',
    (name) => {
      expect(() => parse(key, { ...discovered, refresh: { params: { [name]: 'x' } } })).toThrow(
        /row 2: refresh\.params must not set any of/
      )
    }
  )

  it('may name words of errors that sound like secrets', () => {
    const errorCodes = { invalid_refresh_token: 'invalid_grant', bad_client_secret: 'invalid_client' }
    expect(parse({ ...discovered, errorCodes })).toHaveLength(1)
  })

  it('may replace a built-in provider', () => {
    const endpoints = {
      kind: 'fixed',
      issuer: 'https://github.com/login/oauth',
      authorization: 'https://github.com/login/oauth/authorize',
      token: 'https://github.com/login/oauth/access_token',
      userinfo: 'https://api.github.com/user'
    }
    expect(parse({ ...fixed, endpoints })).toHaveLength(1)
  })

  it.each([
    '',
    'providers',
    '[]',
    '{}',
    '{"providers":{}}',
    `{"providers":[],"x":"${SECRET}"}`,
    `{${SECRET}`
  ])('is refused as a whole when it is %s', (text) => {
    expect(() => parseOwnProviders(text, rules)).toThrow(/^providers\.json (is not JSON|must be an object)/)
    expect(() => parseOwnProviders(text, rules)).not.toThrow(SECRET)
  })
})

describe('the file in the data folder', () => {
  const faultOf = (file: string): string | null => (statSync(file).isFile() ? null : 'is not a file')
  let folder = ''
  let path = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-providers-'))
    path = join(folder, 'providers.json')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('need not be there', () => {
    expect(readOwnProviders(path, builtInProviders, faultOf)).toEqual({
      state: 'absent',
      rows: [],
      problem: null
    })
  })

  it('is read with a mark at its beginning as well', async () => {
    await writeFile(path, `\uFEFF${JSON.stringify({ providers: [discovered] })}`)
    expect(readOwnProviders(path, builtInProviders, faultOf)).toMatchObject({
      state: 'read',
      rows: [{ id: 'work' }]
    })
  })

  it('gives no row and a sentence when one row is bad', async () => {
    await writeFile(path, JSON.stringify({ providers: [discovered, { ...fixed, dpop: 'yes' }] }))
    expect(readOwnProviders(path, builtInProviders, faultOf)).toEqual({
      state: 'refused',
      rows: [],
      problem: 'providers.json, row 2: dpop must be true or false.'
    })
  })

  it('is not believed where it has a fault, which is told', async () => {
    await writeFile(path, JSON.stringify({ providers: [discovered] }))
    expect(readOwnProviders(path, builtInProviders, () => 'can be written by others')).toEqual({
      state: 'refused',
      rows: [],
      problem: 'providers.json can be written by others.'
    })
  })

  it('is refused when it is a folder or too large', async () => {
    await mkdir(path)
    expect(readOwnProviders(path, [], faultOf)).toMatchObject({ problem: 'providers.json is not a file.' })
    await rm(path, { recursive: true })
    await writeFile(path, ' '.repeat(1024 * 1024 + 1))
    expect(readOwnProviders(path, [], faultOf)).toMatchObject({
      problem: 'providers.json is larger than 1 MiB.'
    })
  })
})
