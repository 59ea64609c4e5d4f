import { describe, expect, it } from 'vitest'
import { apiKeyRows } from '../../oauth/providers/providers.ts'
import { CANARY, importKit, lines } from './transfer.testkit.ts'

const { read, refusal } = importKit(apiKeyRows)

describe('the hosts file of gh', () => {
  it('of one user for each host is read, for GitHub and for a server of one’s own', async () => {
    const text = `github.com:\n    user: ana\n    oauth_token: gho_${CANARY}\n    git_protocol: ssh\ngit.corp.example:\n    user: bo\n    oauth_token: 12345678901234567890\n`
    const found = await read(text, 'hosts.yml')
    expect(found.format).toBe('gh-hosts')
    expect(lines(found)).toEqual([
      `github-token ana gho_${CANARY}`,
      'git.corp.example bo 12345678901234567890'
    ])
    expect(found.entries[1]?.credential).toMatchObject({ allowedHosts: ['git.corp.example'] })
    expect(found.entries[0]?.note).toContain('signed out')
  })

  it('of several users is read without its name too, each user once', async () => {
    const text = `github.com:\n    git_protocol: https\n    users:\n        ana:\n            oauth_token: gho_one\n        bo:\n            oauth_token: gho_two\n    user: ana\n    oauth_token: gho_one\n`
    expect(lines(await read(text))).toEqual(['github-token ana gho_one', 'github-token bo gho_two'])
  })

  it('without a token says where gh keeps it', async () => {
    const found = await read(
      'github.com:\n    users:\n        ana:\n    user: ana\n    git_protocol: https\n',
      'hosts.yml'
    )
    expect(lines(found)).toEqual([expect.stringContaining('keychain of the system')])
    expect(found.entries[0]?.credential).toBeNull()
  })

  it.each([
    ['nothing', ''],
    ['no hosts', 'a: b\n'],
    ['broken YAML', `github.com:\n  - [${CANARY}`],
    ['aliases', `a: &a [${CANARY}]\nb: *a\n`],
    ['a list', '- github.com\n']
  ])('with %s is refused', async (_what, text) => {
    expect(await refusal(text, 'hosts.yml')).toContain('hosts file of GitHub’s command line')
  })
})

describe('files of llxprt', () => {
  it('with a key alone become the named key that llxprt had', async () => {
    const found = await read(`${CANARY}\r\n`, 'my-work.key')
    expect(found.format).toBe('llxprt')
    expect(lines(found)).toEqual([`provider-key my-work ${CANARY}`])
  })

  it('that llxprt sealed to its computer are refused with what to do', async () => {
    const sealed = `${'a'.repeat(32)}:${'b'.repeat(32)}:${'c'.repeat(80)}`
    for (const name of ['exa.key', 'mcp-oauth-tokens-v2.json', 'anthropic.enc', null]) {
      expect(await refusal(sealed, name)).toContain('Show the key in llxprt')
    }
    expect(await refusal(CANARY, 'a name.key')).toContain('name of a key')
    expect(lines(await read(`${CANARY}\n${CANARY}`, 'two.key'))).toEqual([
      expect.stringContaining('line break')
    ])
  })
})

describe('tokens of kstlib', () => {
  const token = {
    access_token: CANARY,
    token_type: 'Bearer',
    expires_at: '2026-12-03T15:30:00.123456+00:00',
    refresh_token: null,
    scope: ['openid'],
    id_token: null,
    issued_at: '2026-01-03T14:30:00+00:00',
    metadata: {}
  }

  it('are kept as keys that end when they end, and are not said to renew', async () => {
    const found = await read(JSON.stringify(token), 'corporate.token.json')
    expect(found.format).toBe('kstlib')
    expect(lines(found)).toEqual([`corporate default ${CANARY}`])
    expect(found.entries[0]?.credential).toMatchObject({
      kind: 'api-key',
      expiry: { kind: 'at', at: new Date('2026-12-03T15:30:00.123Z') }
    })
    expect(found.entries[0]?.note).toContain('can’t refresh')
    expect(found.leavesSecrets).toBe(false)
  })

  it('with a refresh token leave the file, because that is not kept', async () => {
    const found = await read(
      JSON.stringify({ ...token, refresh_token: 'r', expires_at: null }),
      'corporate.token.json'
    )
    expect(found.leavesSecrets).toBe(true)
    expect(found.entries[0]?.credential).toMatchObject({ expiry: { kind: 'unknown' } })
    expect(found.entries[0]?.note).toContain('stays in the file')
  })

  it('that SOPS sealed, and what is no token, are refused', async () => {
    expect(
      await refusal(JSON.stringify({ ...token, sops: { age: [] } }), 'corporate.token.sops.json')
    ).toContain('sops -d')
    expect(await refusal('{"a":1}', 'corporate.token.json')).toContain('not a token file of kstlib')
    expect(await refusal('{', 'corporate.token.json')).toContain('not JSON')
  })
})

describe('MCP auth files', () => {
  const linear = {
    serverName: 'linear',
    token: { accessToken: CANARY, refreshToken: 'r-1', tokenType: 'Bearer', expiresAt: 1_900_000_000_000 },
    clientId: 'c',
    updatedAt: 1
  }

  it('as a list, a map or one object become MCP entries with both tokens', async () => {
    const { serverName, ...rest } = linear
    for (const json of [[linear], { [serverName]: rest }, linear]) {
      const found = await read(JSON.stringify(json), 'mcp-oauth-tokens.json')
      expect(found.format).toBe('mcp-auth')
      expect(lines(found)).toEqual([`mcp.linear default ${CANARY} r-1`])
      expect(lines(await read(JSON.stringify(json)))).toEqual(lines(found))
    }
  })

  it('with an entry that is not complete keep the others, and name the field', async () => {
    const found = await read(
      JSON.stringify([{ ...linear, token: { tokenType: CANARY } }, linear, { a: CANARY }]),
      'mcp-oauth-tokens.json'
    )
    expect(lines(found)).toHaveLength(1)
    expect(found.skipped).toEqual([
      expect.stringMatching(/^Entry 1: .*token\.accessToken/),
      expect.stringMatching(/^Entry 3: /)
    ])
    expect(found.skipped.join()).not.toContain('cnry')
    expect(found.leavesSecrets).toBe(true)
  })

  it('of mcp-remote are named by its hash, with no expiry, because the file does not say since when', async () => {
    const name = `${'0123456789abcdef'.repeat(2)}_tokens.json`
    const json = {
      access_token: CANARY,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: 'r-2',
      scope: 'a b'
    }
    const found = await read(JSON.stringify(json), name)
    expect(lines(found)).toEqual([`mcp.${'0123456789abcdef'.repeat(2)} default ${CANARY} r-2`])
    expect(found.entries[0]?.credential).toMatchObject({ expiry: { kind: 'unknown' }, scopes: ['a', 'b'] })
    expect(await refusal('{}', name)).toContain('mcp-remote')
  })
})
