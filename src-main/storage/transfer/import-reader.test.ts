import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apiKeyRows } from '../../oauth/providers/providers.ts'
import { CANARY, importKit, lines } from './transfer.testkit.ts'

const { read, refusal } = importKit(apiKeyRows)

describe('a .env file', () => {
  it('gives the secrets that its names tell, for the services they are of', async () => {
    const found = await read(
      [
        '\uFEFF# keys',
        'export OPENAI_API_KEY=sk-abcdefghijklmnop # mine',
        'GITHUB_TOKEN="ghp_0123456789abcdef"',
        "ANTHROPIC_API_KEY='sk-ant-abcdefghijkl'",
        'HF_TOKEN=hf_abcdefghijklmnop',
        'DEEPSEEK_API_KEY=sk-deepseekdeepseek',
        'WORK_THING=glpat-abcdefghijklmn',
        'ACME_WEBHOOK_SECRET=whsec_1',
        'CARGO_REGISTRY_TOKEN=cioabcdefghijkl',
        'TFE_TOKEN=abcdefgh.atlasv1.ijkl',
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
      'acme-webhook ACME_WEBHOOK_SECRET whsec_1',
      'crates-io CARGO_REGISTRY_TOKEN cioabcdefghijkl',
      'terraform TFE_TOKEN abcdefgh.atlasv1.ijkl'
    ])
    expect(found.skipped).toEqual([])
    expect(found.leavesSecrets).toBe(false)
    expect(found.rest).toBe('# keys\r\n# mine\r\n')
    expect(found.entries[0]?.credential).toMatchObject({ allowedHosts: ['api.openai.com'], name: 'OpenAI' })
    expect(found.entries[4]?.credential).toMatchObject({ allowedHosts: [] })
  })

  it('leaves out what is no secret and says so by name; nothing is guessed', async () => {
    const found = await read(`PORT=3000\nOPENAI_ORG_ID=org-1\nDB_KEY=${CANARY}\nSTRIPE_KEY=\n`, '.env')
    expect(lines(found)).toEqual([`db DB_KEY ${CANARY}`])
    expect(found.skipped).toEqual([
      'PORT does not look like a secret.',
      'OPENAI_ORG_ID does not look like a secret.',
      'STRIPE_KEY is empty.'
    ])
    expect(found.leavesSecrets).toBe(false)
    expect(found.rest).toBe('PORT=3000\nOPENAI_ORG_ID=org-1\nSTRIPE_KEY=\n')
  })

  it('notices secrets that it can not take, so that the file stays', async () => {
    for (const line of [
      `DATABASE_URL=postgres://user:${CANARY}@host/db`,
      `TOKEN=${CANARY}`,
      `SSH="-----BEGIN OPENSSH PRIVATE KEY-----\n${CANARY}\n"`,
      `just ${CANARY}`
    ]) {
      const found = await read(`A_KEY=value-of-a\n${line}\n`, '.env')
      expect([line, found.leavesSecrets]).toEqual([line, true])
      expect(found.skipped).toHaveLength(1)
      expect(found.skipped.join()).not.toContain('cnry')
    }
  })

  it('counts the last of two, and takes a key over several lines for none', async () => {
    const found = await read(`A_KEY=first\nA_KEY=second\nPEM_KEY="${CANARY}\n${CANARY}"\n`, '.env')
    expect(lines(found)).toEqual([
      'a A_KEY second',
      'pem PEM_KEY (The key has a line break or a character that keys do not have. Copy it again.)'
    ])
    expect(found.skipped).toEqual(['A_KEY is set twice; the last one counts, as it does for every program.'])
  })

  it('never shows as a name what may be a piece of a secret', async () => {
    const piece = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7'
    const found = await read(`A_KEY="x\n${piece}=\n${piece}==\n`, '.env')
    expect(
      [...found.skipped, ...found.entries.map(({ ref, name }) => `${ref.account} ${name}`)].join()
    ).not.toContain('MII')
  })
})

describe('JSON', () => {
  it('of names and texts is read like a .env file', async () => {
    const found = await read(
      JSON.stringify({ OPENAI_API_KEY: 'sk-abcdefgh', stripe: 'sk_test_0123456789', x: 1, note: 'hi' })
    )
    expect(found.format).toBe('json')
    expect(lines(found)).toEqual(['openai OPENAI_API_KEY sk-abcdefgh', 'stripe stripe sk_test_0123456789'])
    expect(found.skipped).toEqual(['x is not a text.', 'note does not look like a secret.'])
    expect(found.leavesSecrets).toBe(true)
  })

  it('of objects keeps account, name, hosts and expiry', async () => {
    const item = {
      service: 'Acme.Example',
      account: 'ops team',
      name: 'Acme',
      token: CANARY,
      allowedHosts: ['API.acme.example'],
      expiresAt: '2031-05-01T00:00:00Z'
    }
    for (const json of [[item], { credentials: [item] }, { keys: [item] }, item]) {
      const found = await read(`\uFEFF${JSON.stringify(json)}`)
      expect(lines(found)).toEqual([`acme.example ops team ${CANARY}`])
      expect(found.entries[0]?.credential).toMatchObject({
        name: 'Acme',
        allowedHosts: ['api.acme.example'],
        expiry: { kind: 'at', at: new Date('2031-05-01T00:00:00Z') }
      })
      expect(found.leavesSecrets).toBe(false)
    }
  })

  it('leaves out what has no service, no text for a key, or a name that can not be kept', async () => {
    const found = await read(
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

  it('the wrong way round shows no key as if it were a name', async () => {
    const found = await read('{"ghp_abcdefghijklmnop":"github","sk-abcdefghijklmnop":"openai_key"}')
    const shown = [
      ...found.skipped,
      ...found.entries.map(({ ref, name }) => `${ref.service} ${ref.account} ${name}`)
    ]
    expect(shown.join()).not.toContain('abcdefgh')
  })

  it('in no known form is refused', async () => {
    expect(await refusal('[]')).toContain('nothing in it')
    expect(await refusal(`{"access_token":"${CANARY}"}`)).toContain('PROVIDER.token.json')
  })
})

describe('whatever is read', () => {
  it('is refused in a fixed sentence or read without a value in what is shown', async () => {
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
    await fc.assert(
      fc.asyncProperty(text, names, async (content, name) => {
        try {
          const { entries, skipped } = await read(content, name)
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

  it.each([
    ['account', ['more']],
    ['user', 'ghp_0123456789abcdefghij0123456789abcdef'],
    ['name', { more: 'x' }],
    ['expires', ['more']],
    ['expiry', 'cnry_0123456789abcdefghij'],
    ['allowedHosts', 'cnry_0123456789abcdefghij'],
    ['expires_at', 'cnry_0123456789abcdefghij']
  ])(
    'leaves and names a field of an entry that is not read as what it is called: %s',
    async (field, value) => {
      const entry = { service: 'openai', key: 'sk-1', account: 'ana', expiry: '2030-01-01', [field]: value }
      const { skipped, leavesSecrets } = await read(JSON.stringify([entry]))
      expect(leavesSecrets).toBe(true)
      const shown = field === 'allowedHosts' ? 'a further field' : field
      expect(skipped).toEqual([expect.stringContaining(`${shown} may hold a secret too`)])
    }
  )

  it('may have 20,000 lines and no more', async () => {
    const many = Array.from({ length: 20_000 }, (_one, index) => `SERVICE_${index}_KEY=value-${index}`)
    expect((await read(many.join('\n'), '.env')).entries).toHaveLength(20_000)
    expect(await refusal([...many, 'A_KEY=1'].join('\n'), '.env')).toContain('more than 20,000 lines')
  })

  it.each([
    ['.env', Array.from({ length: 20_000 }, (_one, index) => `S_${index}_KEY=v-${index}`).join('\n')],
    ['names in JSON', JSON.stringify(Object.fromEntries(numbered((index) => [`S_${index}_KEY`, 'v'])))],
    ['entries in JSON', JSON.stringify(numbered((index) => ({ service: `s${index}`, key: 'v' })))],
    ['MCP servers', JSON.stringify(numbered((index) => ({ serverName: `s${index}`, token: {} })))]
  ])('leaves time for everything else while %s is read', async (_what, text) => {
    let turns = 0
    let isRead = false
    const count = (): void => {
      turns += 1
      if (!isRead) setImmediate(count)
    }
    count()
    await read(text)
    isRead = true
    expect(turns).toBeGreaterThan(100)
  })

  it('may not have an entry of more than 1,000 fields beside what is read', async () => {
    const fields = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_one, index) => [`f${index}`, 'x']))
    const entry = { service: 'openai', key: 'sk-1' }
    expect((await read(JSON.stringify({ ...entry, ...fields(1000) }))).entries).toHaveLength(1)
    expect(await refusal(JSON.stringify({ ...entry, ...fields(1001) }))).toContain('1,000 fields')
  })

  it('may have 50,000 values and four million characters, and no more', async () => {
    expect(await refusal(JSON.stringify(Array(50_002).fill('')))).toContain('too much to read')
    expect(await refusal(`A_KEY=${'x'.repeat(4_000_000)}`)).toContain('four million')
  })
})

/** Returns enough items for more than a hundred slices. */
function numbered<Item>(one: (index: number) => Item): Item[] {
  return Array.from({ length: 15_000 }, (_one, index) => one(index))
}
