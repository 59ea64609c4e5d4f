import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { toSummary } from '../../core/list/summary.ts'
import { McpTokenStorage } from './mcp-token-storage.ts'
import { textOf, viewWorld } from './named-views.testkit.ts'
import { exampleApiKey } from '../storage.testkit.ts'

const HOUR = 3_600_000
const ACCESS = 'mcp-access-token-1'
const REFRESH = 'mcp-refresh-token-1'

function credentials(serverName: string, token: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    serverName,
    token: { accessToken: ACCESS, tokenType: 'Bearer', ...token },
    clientId: 'client-1',
    tokenUrl: 'https://auth.example.net/token',
    mcpServerUrl: 'https://mcp.example.net/sse'
  }
}

async function make() {
  const world = await viewWorld()
  return { ...world, mcp: new McpTokenStorage(world.ports) }
}

const damaged = (keychain: { items: Map<string, string> }, part: string): void => {
  for (const name of keychain.items.keys())
    if (name.includes(part)) keychain.items.set(name, '{"v":1,"kind":"mcp"}')
}

test('Credentials are given back whole, with the time they were stored', async () => {
  const { mcp, time } = await make()
  const expiresAt = time.now.getTime() + HOUR
  await mcp.setCredentials(
    credentials('linear', { refreshToken: REFRESH, expiresAt, scope: ' read  write ' })
  )
  const found = await mcp.getCredentials('linear')
  expect(found).toMatchObject({
    serverName: 'linear',
    token: { tokenType: 'Bearer', expiresAt: new Date(expiresAt), scope: 'read write' },
    clientId: 'client-1',
    tokenUrl: 'https://auth.example.net/token',
    mcpServerUrl: 'https://mcp.example.net/sse',
    updatedAt: time.now
  })
  expect([textOf(found?.token.accessToken ?? null), textOf(found?.token.refreshToken ?? null)]).toEqual([
    ACCESS,
    REFRESH
  ])
  expect(`${JSON.stringify(found)} ${inspect(found, { depth: 9 })}`).not.toContain('mcp-access')
})

test('The minimum is a server, a token and its type', async () => {
  const { mcp } = await make()
  await mcp.setCredentials({ serverName: 'bare', token: { accessToken: ACCESS, tokenType: 'Bearer' } })
  expect(await mcp.getCredentials('bare')).toMatchObject({
    token: { refreshToken: null, expiresAt: null, scope: null },
    clientId: null,
    tokenUrl: null,
    mcpServerUrl: null
  })
})

test('Storing again replaces everything and moves updatedAt, whatever the host says it is', async () => {
  const { mcp, time, entries } = await make()
  await mcp.setCredentials(credentials('linear', { refreshToken: REFRESH }))
  const first = time.now
  time.now = new Date(first.getTime() + HOUR)
  await mcp.setCredentials({ ...credentials('linear', { accessToken: 'second-token-2' }), updatedAt: 1 })
  const found = await mcp.getCredentials('linear')
  expect([textOf(found?.token.accessToken ?? null), found?.token.refreshToken, found?.updatedAt]).toEqual([
    'second-token-2',
    null,
    time.now
  ])
  expect(entries()).toMatchObject([{ obtainedAt: first, refreshedAt: time.now, issuedAt: time.now }])
})

test('A server that was never stored is null, and deleting it is false', async () => {
  const { mcp } = await make()
  expect(await mcp.getCredentials('absent')).toBeNull()
  expect([await mcp.deleteCredentials('absent'), await mcp.listServers(), await mcp.clearAll()]).toEqual([
    false,
    [],
    0
  ])
})

test('Servers whose names look alike once they are made storable stay apart, and are listed as they were written', async () => {
  const { mcp } = await make()
  const names = [
    'a b',
    'a_b',
    'A_b',
    'a/b',
    'a.b',
    'ü',
    'u\u0308',
    'https://mcp.example.net/sse?x=1',
    'n'.repeat(400)
  ]
  for (const name of names) await mcp.setCredentials(credentials(name, { accessToken: `token of ${name}` }))
  expect(await mcp.listServers()).toEqual(names.toSorted())
  for (const name of names) {
    expect(textOf((await mcp.getCredentials(name))?.token.accessToken ?? null)).toBe(`token of ${name}`)
  }
  expect(await mcp.deleteCredentials('a b')).toBe(true)
  expect(await mcp.listServers()).toHaveLength(names.length - 1)
})

const MESSAGE = 'The credentials of the MCP server are not complete or not valid.'
test.each([
  ['no server', { token: { accessToken: ACCESS, tokenType: 'Bearer' } }, 'serverName'],
  ['an empty server', credentials(''), 'serverName'],
  ['no token', { serverName: 'a' }, 'token'],
  ['an empty token', credentials('a', { accessToken: '' }), 'token.accessToken'],
  ['a token that is a number', credentials('a', { accessToken: 7 }), 'token.accessToken'],
  ['no token type', credentials('a', { tokenType: undefined }), 'token.tokenType'],
  ['an expiry that is text', credentials('a', { expiresAt: '2026-01-01' }), 'token.expiresAt'],
  ['an expiry after the end of time', credentials('a', { expiresAt: 1e20 }), 'token.expiresAt'],
  ['half a character', credentials('a', { accessToken: 'x\ud800' }), 'token.accessToken']
])('Refuses credentials with %s and names the field', async (_what, input, field) => {
  const { mcp, keychain } = await make()
  const error = await mcp.setCredentials(input).catch((thrown: Error) => thrown)
  expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: `${MESSAGE} Check ${field}.` })
  expect(keychain.calls).toEqual([])
})

test.each([
  ['is not an object', 'text'],
  ['is null', null],
  ['has an unknown field', { ...credentials('a'), [ACCESS]: 1 }],
  ['has an unknown token field', credentials('a', { [ACCESS]: 1 })]
])('Refuses input that %s, without repeating any of it', async (_what, input) => {
  const { mcp } = await make()
  const error = await mcp.setCredentials(input).catch((thrown: Error) => thrown)
  expect(error).toMatchObject({
    code: 'INVALID_REQUEST',
    message: `${MESSAGE} A field is missing or not known.`
  })
})

test('One broken entry is reported and does not take the others down; reading removes nothing', async () => {
  const { mcp, keychain } = await make()
  for (const name of ['one', 'two', 'Three']) await mcp.setCredentials(credentials(name))
  damaged(keychain, 'mcp.two')
  const all = await mcp.getAllCredentials()
  expect([...all.credentials.keys()].toSorted()).toEqual(['Three', 'one'])
  expect(all.unreadable).toEqual([{ serverName: 'two', code: 'CREDENTIAL_UNREADABLE' }])
  await expect(mcp.getCredentials('two')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect([await mcp.listServers(), keychain.items.size]).toEqual([['Three', 'one', 'two'], 3])
})

test('A record that was put in another server’s place is not handed out', async () => {
  const { mcp, keychain } = await make()
  await mcp.setCredentials(credentials('one'))
  await mcp.setCredentials(credentials('two'))
  const [one = '', two = ''] = [...keychain.items.keys()].toSorted()
  keychain.items.set(two, keychain.items.get(one) ?? '')
  await expect(mcp.getCredentials('two')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})

test('A keychain that does not answer is an error and not an empty list', async () => {
  const { mcp, keychain } = await make()
  await mcp.setCredentials(credentials('one'))
  keychain.fail(new Error('Secret Service: unlock prompt was dismissed'))
  await expect(mcp.getAllCredentials()).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  expect(await mcp.listServers()).toEqual(['one'])
})

test('Expired credentials that can not be refreshed are left out on request, and are listed otherwise', async () => {
  const { mcp, time } = await make()
  const expiresAt = time.now.getTime() + HOUR
  await mcp.setCredentials(credentials('ends', { expiresAt }))
  await mcp.setCredentials(credentials('renews', { expiresAt, refreshToken: REFRESH }))
  await mcp.setCredentials(credentials('silent'))
  time.now = new Date(expiresAt)
  const [all, lasting] = [
    await mcp.getAllCredentials(),
    await mcp.getAllCredentials({ withoutExpired: true })
  ]
  expect([...all.credentials.keys()]).toEqual(['ends', 'renews', 'silent'])
  expect([...lasting.credentials.keys()]).toEqual(['renews', 'silent'])
  expect((await mcp.getCredentials('ends'))?.serverName).toBe('ends')
})

test('Clearing removes every server’s entry, the broken ones too, and nothing else', async () => {
  const { mcp, keychain, repository, entries } = await make()
  await repository.save(exampleApiKey())
  for (const name of ['one', 'two', 'three']) await mcp.setCredentials(credentials(name))
  damaged(keychain, 'mcp.two')
  expect(await mcp.clearAll()).toBe(3)
  expect([await mcp.listServers(), entries().map(({ kind }) => kind), keychain.items.size]).toEqual([
    [],
    ['api-key'],
    1
  ])
})

test('Clearing goes on after an entry that can not be removed, and says that one is left', async () => {
  const world = await viewWorld()
  for (const name of ['one', 'two', 'three']) {
    await new McpTokenStorage(world.ports).setCredentials(credentials(name))
  }
  const mcp = new McpTokenStorage({
    ...world.ports,
    exclusively: async (ref, task) => {
      if (ref.service === 'mcp.one') throw new VaultError('STORE_WRITE_FAILED')
      return await task()
    }
  })
  await expect(mcp.clearAll()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  expect(await mcp.listServers()).toEqual(['one'])
})

test('The app shows an MCP server as a credential of its kind, masked and never called expired while its host renews it', async () => {
  const { mcp, time, entries } = await make()
  const expiresAt = time.now.getTime() + HOUR
  await mcp.setCredentials(credentials('Linear (work)', { expiresAt, refreshToken: REFRESH, scope: 'read' }))
  const [entry] = entries()
  const moment = { now: new Date(expiresAt + 1), refreshingSince: null }
  expect(entry && toSummary(entry, moment)).toMatchObject({
    kind: 'mcp',
    name: 'Linear (work)',
    status: { kind: 'valid' },
    expiry: { kind: 'unknown' },
    renewable: false,
    scopes: ['read'],
    missingScopes: [],
    clientId: 'client-1',
    masked: 'mc••••••••-1',
    backend: 'keychain'
  })
  expect(JSON.stringify(entries())).not.toContain(ACCESS)
})

test('An entry of another kind in a server’s place is neither handed out, replaced nor removed', async () => {
  const { mcp, repository, entries } = await make()
  await repository.save({ ...exampleApiKey(), ref: { service: 'mcp.linear', account: 'default' } })
  const refused = { code: 'INVALID_REQUEST' }
  await expect(mcp.getCredentials('linear')).rejects.toMatchObject(refused)
  await expect(mcp.setCredentials(credentials('linear'))).rejects.toMatchObject(refused)
  await expect(mcp.deleteCredentials('linear')).rejects.toMatchObject(refused)
  expect([await mcp.listServers(), entries().map(({ kind }) => kind)]).toEqual([[], ['api-key']])
})
