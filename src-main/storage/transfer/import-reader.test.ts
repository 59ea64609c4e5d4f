import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Credential } from '../../core/credential-record.ts'
import { Secret } from '../../core/secret.ts'
import { START } from '../../core/testing/samples.ts'
import type { Found } from '../../core/transfer-ports.ts'
import { apiKeyRows } from '../../oauth/provider-rows.ts'
import { createImportReader } from './import-reader.ts'

const reader = createImportReader({ clock: { now: () => START }, services: apiKeyRows })
const CANARY = 'cnry_0123456789abcdefghij'

function read(text: string, fileName: string | null = null): Found {
  return reader.read({ text: new Secret(text), fileName })
}

function refusal(text: string, fileName: string | null = null): string {
  try {
    read(text, fileName)
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    expect(code).toBe('INVALID_REQUEST')
    expect(message).not.toContain('cnry')
    return message
  }
  throw new Error('it was read')
}

function secretsOf(credential: Credential | null): (string | null)[] {
  const shown = (secret: Secret | null): string | null => secret?.expose((text) => text) ?? null
  if (credential?.kind === 'api-key') return [shown(credential.key)]
  if (credential?.kind === 'mcp') return [shown(credential.accessToken), shown(credential.refreshToken)]
  return []
}

/** `service account secret`, or the note of what is refused. */
const lines = ({ entries }: Found): string[] =>
  entries.map(({ ref, credential, note }) =>
    [ref.service, ref.account, ...(credential === null ? [`(${note})`] : secretsOf(credential))].join(' ')
  )

describe('a .env file', () => {
  it('gives the secrets that its names tell, for the services they are of', () => {
    const found = read(
      [
        '\uFEFF# keys',
        'export OPENAI_API_KEY=sk-abcdefghijklmnop # mine',
        'GITHUB_TOKEN="ghp_0123456789abcdef"',
        "ANTHROPIC_API_KEY='sk-ant-abcdefghijkl'",
        'HF_TOKEN=hf_abcdefghijklmnop',
        'DEEPSEEK_API_KEY=sk-deepseekdeepseek',
        'WORK_THING=glpat-abcdefghijklmn',
        'ACME_WEBHOOK_SECRET=whsec_1',
        ''
      ].join('\r\n'),
      '.env'
    )
    expect(found.format).toBe('env')
    expect(lines(found)).toEqual([
      'openai OPENAI_API_KEY sk-abcdefghijklmnop',
      'github-token GITHUB_TOKEN ghp_0123456789abcdef',
      'anthropic ANTHROPIC_API_KEY sk-ant-abcdefghijkl',
      'huggingface HF_TOKEN hf_abcdefghijklmnop',
      'deepseek DEEPSEEK_API_KEY sk-deepseekdeepseek',
      'gitlab WORK_THING glpat-abcdefghijklmn',
      'acme-webhook ACME_WEBHOOK_SECRET whsec_1'
    ])
    expect(found.skipped).toEqual([])
    expect(found.leavesSecrets).toBe(false)
    expect(found.rest).toBeNull()
    expect(found.entries[0]?.credential).toMatchObject({ allowedHosts: ['api.openai.com'], name: 'OpenAI' })
    expect(found.entries[4]?.credential).toMatchObject({ allowedHosts: [] })
  })

  it('leaves out what is no secret and says so by name; nothing is guessed', () => {
    const found = read(`PORT=3000\nOPENAI_ORG_ID=org-1\nDB_KEY=${CANARY}\nSTRIPE_KEY=\n`, '.env')
    expect(lines(found)).toEqual([`db DB_KEY ${CANARY}`])
    expect(found.skipped).toEqual([
      'PORT does not look like a secret.',
      'OPENAI_ORG_ID does not look like a secret.',
      'STRIPE_KEY is empty.'
    ])
    expect(found.leavesSecrets).toBe(false)
    expect(found.rest).toBe('PORT=3000\nOPENAI_ORG_ID=org-1\nSTRIPE_KEY=\n')
  })

  it('notices secrets that it can not take, so that the file stays', () => {
    for (const line of [
      `DATABASE_URL=postgres://user:${CANARY}@host/db`,
      `TOKEN=${CANARY}`,
      `SSH="-----BEGIN OPENSSH PRIVATE KEY-----\n${CANARY}\n"`,
      `just ${CANARY}`
    ]) {
      const found = read(`A_KEY=value-of-a\n${line}\n`, '.env')
      expect([line, found.leavesSecrets]).toEqual([line, true])
      expect(found.skipped).toHaveLength(1)
      expect(found.skipped.join()).not.toContain('cnry')
    }
  })

  it('counts the last of two, and takes a key over several lines for none', () => {
    const found = read(`A_KEY=first\nA_KEY=second\nPEM_KEY="${CANARY}\n${CANARY}"\n`, '.env')
    expect(lines(found)).toEqual([
      'a A_KEY second',
      'pem PEM_KEY (The key has a line break or a character that keys do not have. Copy it again.)'
    ])
    expect(found.skipped).toEqual(['A_KEY is set twice; the last one counts, as it does for every program.'])
  })

  it('never shows as a name what may be a piece of a secret', () => {
    const piece = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7'
    const found = read(`A_KEY="x\n${piece}=\n${piece}==\n`, '.env')
    expect(
      [...found.skipped, ...found.entries.map(({ ref, name }) => `${ref.account} ${name}`)].join()
    ).not.toContain('MII')
  })
})

describe('JSON', () => {
  it('of names and texts is read like a .env file', () => {
    const found = read(
      JSON.stringify({ OPENAI_API_KEY: 'sk-abcdefgh', stripe: 'sk_test_0123456789', x: 1, note: 'hi' })
    )
    expect(found.format).toBe('json')
    expect(lines(found)).toEqual(['openai OPENAI_API_KEY sk-abcdefgh', 'stripe stripe sk_test_0123456789'])
    expect(found.skipped).toEqual(['x is not a text.', 'note does not look like a secret.'])
    expect(found.leavesSecrets).toBe(true)
  })

  it('of objects keeps account, name, hosts and expiry', () => {
    const item = {
      service: 'Acme.Example',
      account: 'ops team',
      name: 'Acme',
      token: CANARY,
      allowedHosts: ['API.acme.example'],
      expiresAt: '2031-05-01T00:00:00Z'
    }
    for (const json of [[item], { credentials: [item] }, { keys: [item] }, item]) {
      const found = read(`\uFEFF${JSON.stringify(json)}`)
      expect(lines(found)).toEqual([`acme.example ops team ${CANARY}`])
      expect(found.entries[0]?.credential).toMatchObject({
        name: 'Acme',
        allowedHosts: ['api.acme.example'],
        expiry: { kind: 'at', at: new Date('2031-05-01T00:00:00Z') }
      })
      expect(found.leavesSecrets).toBe(false)
    }
  })

  it('leaves out what has no service, no text for a key, or a name that can not be kept', () => {
    const found = read(
      JSON.stringify([
        { service: 'a b', key: CANARY },
        { service: 'stripe', account: 'evil\u202e\u0000', key: CANARY },
        { service: 'stripe', key: { nested: CANARY } },
        { key: CANARY },
        'text',
        null,
        { service: '__proto__', key: CANARY }
      ])
    )
    expect(lines(found)).toEqual([])
    expect(found.skipped).toHaveLength(7)
    expect(found.skipped.join()).not.toContain('cnry')
    expect(found.leavesSecrets).toBe(true)
  })

  it('the wrong way round shows no key as if it were a name', () => {
    const found = read('{"ghp_abcdefghijklmnop":"github","sk-abcdefghijklmnop":"openai_key"}')
    const shown = [
      ...found.skipped,
      ...found.entries.map(({ ref, name }) => `${ref.service} ${ref.account} ${name}`)
    ]
    expect(shown.join()).not.toContain('abcdefgh')
  })

  it('in no known form is refused', () => {
    expect(refusal('[]')).toContain('nothing in it')
    expect(refusal(`{"access_token":"${CANARY}"}`)).toContain('PROVIDER.token.json')
  })
})

describe('the hosts file of gh', () => {
  it('of one user for each host is read, for GitHub and for a server of one’s own', () => {
    const text = `github.com:\n    user: ana\n    oauth_token: gho_${CANARY}\n    git_protocol: ssh\ngit.corp.example:\n    user: bo\n    oauth_token: 12345678901234567890\n`
    const found = read(text, 'hosts.yml')
    expect(found.format).toBe('gh-hosts')
    expect(lines(found)).toEqual([
      `github-token ana gho_${CANARY}`,
      'git.corp.example bo 12345678901234567890'
    ])
    expect(found.entries[1]?.credential).toMatchObject({ allowedHosts: ['git.corp.example'] })
    expect(found.entries[0]?.note).toContain('signed out')
  })

  it('of several users is read without its name too, each user once', () => {
    const text = `github.com:\n    git_protocol: https\n    users:\n        ana:\n            oauth_token: gho_one\n        bo:\n            oauth_token: gho_two\n    user: ana\n    oauth_token: gho_one\n`
    expect(lines(read(text))).toEqual(['github-token ana gho_one', 'github-token bo gho_two'])
  })

  it('without a token says where gh keeps it', () => {
    const found = read(
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
  ])('with %s is refused', (_what, text) => {
    expect(refusal(text, 'hosts.yml')).toContain('not a hosts file')
  })
})

describe('files of llxprt', () => {
  it('with a key alone become the named key that llxprt had', () => {
    const found = read(`${CANARY}\r\n`, 'my-work.key')
    expect(found.format).toBe('llxprt')
    expect(lines(found)).toEqual([`provider-key my-work ${CANARY}`])
  })

  it('that llxprt sealed to its computer are refused with what to do', () => {
    const sealed = `${'a'.repeat(32)}:${'b'.repeat(32)}:${'c'.repeat(80)}`
    for (const name of ['exa.key', 'mcp-oauth-tokens-v2.json', 'anthropic.enc', null]) {
      expect(refusal(sealed, name)).toContain('Show the key in llxprt')
    }
    expect(refusal(CANARY, 'a name.key')).toContain('name of a key')
    expect(lines(read(`${CANARY}\n${CANARY}`, 'two.key'))).toEqual([expect.stringContaining('line break')])
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

  it('are kept as keys that end when they end, and are not said to renew', () => {
    const found = read(JSON.stringify(token), 'corporate.token.json')
    expect(found.format).toBe('kstlib')
    expect(lines(found)).toEqual([`corporate default ${CANARY}`])
    expect(found.entries[0]?.credential).toMatchObject({
      kind: 'api-key',
      expiry: { kind: 'at', at: new Date('2026-12-03T15:30:00.123Z') }
    })
    expect(found.entries[0]?.note).toContain('can not renew')
    expect(found.leavesSecrets).toBe(false)
  })

  it('with a refresh token leave the file, because that is not kept', () => {
    const found = read(
      JSON.stringify({ ...token, refresh_token: 'r', expires_at: null }),
      'corporate.token.json'
    )
    expect(found.leavesSecrets).toBe(true)
    expect(found.entries[0]?.credential).toMatchObject({ expiry: { kind: 'unknown' } })
    expect(found.entries[0]?.note).toContain('stays in the file')
  })

  it('that SOPS sealed, and what is no token, are refused', () => {
    expect(refusal(JSON.stringify({ ...token, sops: { age: [] } }), 'corporate.token.sops.json')).toContain(
      'sops -d'
    )
    expect(refusal('{"a":1}', 'corporate.token.json')).toContain('not a token file of kstlib')
    expect(refusal('{', 'corporate.token.json')).toContain('not JSON')
  })
})

describe('MCP auth files', () => {
  const linear = {
    serverName: 'linear',
    token: { accessToken: CANARY, refreshToken: 'r-1', tokenType: 'Bearer', expiresAt: 1_900_000_000_000 },
    clientId: 'c',
    updatedAt: 1
  }

  it('as a list, a map or one object become MCP entries with both tokens', () => {
    const { serverName, ...rest } = linear
    for (const json of [[linear], { [serverName]: rest }, linear]) {
      const found = read(JSON.stringify(json), 'mcp-oauth-tokens.json')
      expect(found.format).toBe('mcp-auth')
      expect(lines(found)).toEqual([`mcp.linear default ${CANARY} r-1`])
      expect(lines(read(JSON.stringify(json)))).toEqual(lines(found))
    }
  })

  it('with an entry that is not complete keep the others, and name the field', () => {
    const found = read(
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

  it('of mcp-remote are named by its hash, with no expiry, because the file does not say since when', () => {
    const name = `${'0123456789abcdef'.repeat(2)}_tokens.json`
    const json = {
      access_token: CANARY,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: 'r-2',
      scope: 'a b'
    }
    const found = read(JSON.stringify(json), name)
    expect(lines(found)).toEqual([`mcp.${'0123456789abcdef'.repeat(2)} default ${CANARY} r-2`])
    expect(found.entries[0]?.credential).toMatchObject({ expiry: { kind: 'unknown' }, scopes: ['a', 'b'] })
    expect(refusal('{}', name)).toContain('mcp-remote')
  })
})

describe('whatever is read', () => {
  it('is refused in a fixed sentence or read without a value in what is shown', () => {
    const names = fc.constantFrom(
      null,
      '.env',
      'a.json',
      'hosts.yml',
      'x.key',
      'p.token.json',
      'mcp-oauth-tokens.json'
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.json(),
      fc
        .array(fc.tuple(fc.string(), fc.constant(CANARY)).map((pair) => pair.join('=')))
        .map((all) => all.join('\n')),
      fc.dictionary(fc.string(), fc.constant(CANARY)).map((all) => JSON.stringify(all))
    )
    fc.assert(
      fc.property(text, names, (content, name) => {
        try {
          const { entries, skipped } = read(content, name)
          const shown = [
            ...skipped,
            ...entries.map(({ ref, name: title, note }) => JSON.stringify([ref, title, note]))
          ]
          expect(shown.join('\n')).not.toContain(CANARY)
        } catch (error) {
          expect(error).toMatchObject({ name: 'VaultError', code: 'INVALID_REQUEST' })
        }
      }),
      { numRuns: 500 }
    )
  })

  it('of a megabyte is read in a moment', () => {
    const many = Array.from({ length: 20_000 }, (_one, index) => `SERVICE_${index}_KEY=value-${index}`).join(
      '\n'
    )
    const before = performance.now()
    expect(read(many, '.env').entries).toHaveLength(20_000)
    expect(performance.now() - before).toBeLessThan(5000)
  })
})
