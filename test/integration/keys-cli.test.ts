import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NamedView } from '#shared/broker/named.ts'
import { UseWorld } from '../support/use-world.ts'

const KEY = 'sk-work-0123456789abcdef'
const OTHER = 'sk-other-0123456789abcdef'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: {}, services: ['provider-key'] })
})
afterAll(() => world.end())

const run = (args: readonly string[], input = '') => world.latchkey(args, input)

async function rows(...args: readonly string[]): Promise<readonly NamedView[]> {
  const { out } = await run([...args, '--json', 'all'])
  return JSON.parse(out) as readonly NamedView[]
}

/** Allows the value of a named key for ten minutes. */
async function allowValue(name: string): Promise<void> {
  await world.asTerminal(async (vault) => {
    const empty = { host: null, scope: null, reason: null, waits: false }
    await vault.ask('reveal', { service: 'provider-key', account: name, ...empty })
  })
  await world.answer('10-minutes')
}

describe('latchkey key', () => {
  it('keeps a key from standard input, trimmed, and lists and shows it masked', async () => {
    expect(await run(['key', 'save', 'work', '--host', 'api.example.com'], `  ${KEY}\r\n`)).toEqual({
      code: 0,
      out: 'work is kept.\n',
      errors: ''
    })
    expect(await run(['key'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^work {2}sk•+ef {2}api\.example\.com\n$/)
    })
    expect(await rows('key', 'list')).toMatchObject([
      { name: 'work', kind: 'secret', hosts: ['api.example.com'], path: null }
    ])
    const { code, out } = await run(['key', 'show', 'work', '--json', 'name,masked'])
    expect([code, Object.keys(JSON.parse(out) as object), out.includes(KEY)]).toEqual([
      0,
      ['name', 'masked'],
      false
    ])
  })

  it('gives the value of a key once the person allows it, and nothing before', async () => {
    const refused = await run(['key', 'load', 'work', '--no-prompt'])
    expect([refused.code, refused.out]).toEqual([77, ''])
    expect(await world.answer('10-minutes')).toMatchObject({ mode: 'reveal', account: 'work' })
    expect(await run(['key', 'load', 'work'])).toEqual({ code: 0, out: `${KEY}\n`, errors: '' })
    await world.revokeAll()
  })

  it('says as JSON what was kept and what was deleted', async () => {
    const kept = await run(['key', 'save', 'json', '--json', 'name,kind'], KEY)
    expect([kept.code, JSON.parse(kept.out)]).toEqual([0, { name: 'json', kind: 'secret' }])
    const deleted = await run(['key', 'delete', 'json', '--yes', '--json', 'name,masked'])
    expect([deleted.code, JSON.parse(deleted.out)]).toEqual([0, { name: 'json', masked: expect.any(String) }])
    expect(deleted.out).not.toContain(KEY)
  })

  it('does not replace or delete without a terminal, unless --yes is said', async () => {
    const noTerminal = { code: 64, out: '', errors: expect.stringContaining('Say --yes') }
    expect(await run(['key', 'save', 'work'], OTHER)).toEqual(noTerminal)
    expect(await run(['key', 'delete', 'work'])).toEqual(noTerminal)
    expect(await rows('key')).toMatchObject([{ name: 'work', hosts: ['api.example.com'] }])
    expect(await run(['key', 'save', 'work', '--yes'], OTHER)).toMatchObject({
      code: 0,
      out: 'work is replaced.\n'
    })
    await allowValue('work')
    expect((await run(['key', 'load', 'work'])).out).toBe(`${OTHER}\n`)
    // Where it may be sent stays as it was.
    expect(await rows('key')).toMatchObject([{ hosts: ['api.example.com'] }])
    await world.revokeAll()
  })

  it('asks at a terminal, and does not show the key that is typed there', async () => {
    const no = world.terminal(world.commandLine(['key', 'save', 'work']))
    await no.says('Replace the key')
    no.type('n\n')
    expect([await no.ended, no.out]).toEqual([77, expect.stringContaining('Nothing was changed.')])
    const yes = world.terminal(world.commandLine(['key', 'save', 'work']))
    await yes.says('Replace the key')
    yes.type('y\n')
    await yes.says('The key: ')
    yes.type(`${KEY}\n`)
    expect([await yes.ended, yes.out.includes(KEY)]).toEqual([0, false])
    expect(yes.out).toContain('work is replaced.')
  })

  it('takes a value from the arguments only with --unsafe-argv, and warns', async () => {
    const refused = await run(['key', 'save', 'argv', OTHER])
    expect([refused.code, refused.errors.includes('--unsafe-argv'), refused.errors.includes(OTHER)]).toEqual([
      64,
      true,
      false
    ])
    const taken = await run(['key', 'save', 'argv', OTHER, '--unsafe-argv'])
    expect([taken.code, taken.errors]).toEqual([
      0,
      expect.stringContaining('The value stood in the arguments')
    ])
    expect(taken.errors).not.toContain(OTHER)
  })

  it.each([
    [['key', 'save']],
    [['key', 'show']],
    [['key', 'show', 'a', 'b']],
    [['key', 'list', 'a']],
    [['key', 'delete', 'a', 'b', '--yes']],
    [['key', 'sk-1234567890']],
    [['key', 'save', 'a b']],
    [['key', 'save', 'x'.repeat(65)]],
    [['key', 'save', 'ü']]
  ])('understands no other number of arguments and no other names: %j', async (args) => {
    const { code, out, errors } = await run(args, KEY)
    expect([code, out]).toEqual([64, ''])
    expect(errors).not.toContain('1234567890')
  })

  it('says what to do where there is no key of that name', async () => {
    const none = { code: 4, out: '', errors: expect.stringContaining('“latchkey key list” shows the names') }
    expect(await run(['key', 'show', 'none'])).toEqual(none)
    expect(await run(['key', 'load', 'none'])).toEqual(none)
    expect(await run(['key', 'delete', 'none', '--yes'])).toEqual(none)
  })

  it('says no value came where standard input is empty, and keeps nothing', async () => {
    expect((await run(['key', 'save', 'empty'], '')).code).toBe(64)
    expect((await rows('key')).map(({ name }) => name)).toEqual(['argv', 'work'])
  })

  describe('decides once which key counts', () => {
    let keyfile = ''
    let profile = ''
    beforeAll(async () => {
      keyfile = join(world.home, 'own.key')
      profile = join(world.home, 'profile.json')
      writeFileSync(keyfile, 'from-file\nsecond line\n', { mode: 0o600 })
      writeFileSync(profile, JSON.stringify({ ephemeralSettings: { 'auth-key-name': 'argv' } }))
      await allowValue('work')
      await allowValue('argv')
    })
    afterAll(() => world.revokeAll())
    const url = 'https://api.example.com/v1'

    it.each([
      ['the key for the host of --base-url', ['--base-url', url], KEY],
      ['--set before it', ['--base-url', url, '--set', 'auth-key-name=argv'], OTHER],
      ['--keyfile before that', ['--set', 'auth-key-name=argv', '--keyfile', 'KEYFILE'], 'from-file'],
      ['the profile before that', ['--keyfile', 'KEYFILE', '--profile', 'PROFILE'], OTHER],
      ['--key-name before that', ['--profile', 'PROFILE', '--key-name', 'work', '--keyfile', 'KEYFILE'], KEY],
      ['--key before all', ['--key-name', 'work', '--key', 'typed', '--unsafe-argv'], 'typed']
    ])('%s', async (_what, args, expected) => {
      const given = args.map((arg) => arg.replace('KEYFILE', keyfile).replace('PROFILE', profile))
      expect(await run(['key', 'load', ...given])).toMatchObject({ code: 0, out: `${expected}\n` })
    })

    it('and does not go on to the next where nothing is found', async () => {
      const { code, out } = await run(['key', 'load', '--key-name', 'none', '--keyfile', keyfile])
      expect([code, out]).toEqual([4, ''])
    })

    it('refuses a key file that others can read, and a host without a key', async () => {
      const open = join(world.home, 'open.key')
      writeFileSync(open, 'x', { mode: 0o644 })
      expect(await run(['key', 'load', '--keyfile', open])).toMatchObject({ code: 64, out: '' })
      const none = await run(['key', 'load', '--base-url', 'https://else.example/'])
      expect([none.code, none.errors]).toEqual([4, expect.stringContaining('--host HOST')])
    })
  })

  it('can be sent by a request, to the hosts that were named and no other', async () => {
    expect((await run(['key', 'save', 'sent', '--host', world.host], KEY)).code).toBe(0)
    const url = `${world.origin}/v1`
    expect((await run(['request', 'provider-key', url, '--account', 'sent', '--no-prompt'])).code).toBe(77)
    await world.answer('10-minutes')
    expect((await run(['request', 'provider-key', url, '--account', 'sent'])).code).toBe(0)
    expect(world.seen.at(-1)?.headers).toMatchObject({ authorization: `Bearer ${KEY}` })
    await world.revokeAll()
  })

  it('is meant by its name where a service is named', async () => {
    expect((await run(['key', 'save', 'deploy', '--host', world.host], KEY)).code).toBe(0)
    const shown = await run(['show', 'deploy', '--json', 'service,account'])
    expect(JSON.parse(shown.out)).toEqual({ service: 'provider-key', account: 'deploy' })
    expect((await run(['request', 'deploy', `${world.origin}/v1`, '--no-prompt'])).code).toBe(77)
    await world.answer('10-minutes')
    expect((await run(['request', 'deploy', `${world.origin}/v1`])).code).toBe(0)
    expect(world.seen.at(-1)?.headers).toMatchObject({ authorization: `Bearer ${KEY}` })
    await world.revokeAll()
  })

  it('is refused to a paired program', async () => {
    const keyFile = join(world.home, 'bot.key')
    expect((await run(['pair', 'bot', '--key-file', keyFile])).code).toBe(0)
    const asBot = world.spawnLatchkey(['key', 'list'], { LATCHKEY_CLIENT_KEY: keyFile })
    expect([await asBot.ended, asBot.errors]).toEqual([
      64,
      expect.stringContaining('Only the person may ask')
    ])
  })
})

describe('latchkey tool-key', () => {
  it('lists every tool that is known, keeps keys and key files, and takes a key out of a file', async () => {
    const file = join(world.home, 'tavily.key')
    writeFileSync(file, 'tvly-0123456789\n', { mode: 0o600 })
    expect((await run(['tool-key', 'set', 'exa'], 'exa-0123456789')).code).toBe(0)
    expect((await run(['tool-key', 'set', 'tavily', '--keyfile', file])).code).toBe(0)
    expect(await rows('tool-key')).toMatchObject([
      { name: 'brave', kind: 'none', masked: null },
      { name: 'exa', kind: 'secret', hosts: ['api.exa.ai', 'mcp.exa.ai'] },
      { name: 'tavily', kind: 'file', path: file, masked: null }
    ])
    expect((await run(['tool-key', 'set', 'tavily', '--take', file])).code).toBe(0)
    expect((await rows('tool-key'))[2]).toMatchObject({ name: 'tavily', kind: 'secret', path: file })
    expect((await run(['tool-key', 'delete', 'tavily', '--yes'])).code).toBe(0)
    expect((await rows('tool-key'))[2]).toMatchObject({ kind: 'none', path: null })
    expect(readFileSync(file, 'utf8')).toBe('tvly-0123456789\n')
  })

  it('refuses a tool that nobody knows, and two ways at once', async () => {
    const unknown = await run(['tool-key', 'set', 'nope'], 'x')
    expect([unknown.code, unknown.errors]).toEqual([64, expect.stringContaining('brave, exa, tavily')])
    expect((await run(['tool-key', 'set', 'exa', '--keyfile', '/a', '--take', '/b'])).code).toBe(64)
  })
})

describe('latchkey mcp-token', () => {
  const tokens = JSON.stringify({ token: { accessToken: 'mcp_at_0123456789', tokenType: 'Bearer' } }, null, 2)

  it('keeps the JSON of a host under the name of its server, shows it masked, and deletes it', async () => {
    const server = 'https://mcp.example.org/sse'
    expect(await run(['mcp-token', 'set', server], tokens)).toMatchObject({
      code: 0,
      out: `${server} is kept.\n`
    })
    const shown = await run(['mcp-token', 'show', server])
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/mc•+89/)])
    expect((await run(['mcp-token', 'set', server], tokens)).code).toBe(64)
    expect((await run(['mcp-token', 'delete', server, '--yes'])).code).toBe(0)
    expect(await rows('mcp-token')).toEqual([])
  })

  it.each([
    ['no JSON', 'nonsense'],
    ['another server', JSON.stringify({ serverName: 'other', ...(JSON.parse(tokens) as object) })],
    ['no token', '{"token":{"tokenType":"Bearer"}}']
  ])('refuses %s without quoting it', async (_what, text) => {
    const { code, errors } = await run(['mcp-token', 'set', 'linear'], text)
    expect([code, errors.includes('nonsense'), errors.includes('mcp_at')]).toEqual([64, false, false])
    expect(await rows('mcp-token')).toEqual([])
  })

  it('imports the file of a host as latchkey import does', async () => {
    const file = join(world.home, 'mcp-oauth-tokens.json')
    const whole = { serverName: 'linear', ...(JSON.parse(tokens) as object), updatedAt: 0 }
    writeFileSync(file, JSON.stringify([whole]), { mode: 0o600 })
    expect((await run(['mcp-token', 'import', file])).code).toBe(0)
    expect(await rows('mcp-token')).toMatchObject([{ name: 'linear', kind: 'secret' }])
  })
})

describe('latchkey extension', () => {
  it('keeps secrets in the store, takes a setting out of .env, and names the plain ones', async () => {
    const folder = join(world.home, 'weather')
    const extension = ['Weather', '--folder', folder] as const
    const { mkdirSync } = await import('node:fs')
    mkdirSync(folder)
    writeFileSync(join(folder, '.env'), 'WEATHER_UNIT=celsius\nWEATHER_TOKEN=wt-0123456789\n', {
      mode: 0o600
    })
    expect(
      (await run(['extension', 'set', 'Weather', 'WEATHER_KEY', '--folder', folder], 'w-0123456789')).code
    ).toBe(0)
    expect(
      (await run(['extension', 'set', 'Weather', 'WEATHER_TOKEN', '--take', '--folder', folder])).code
    ).toBe(0)
    expect(await rows('extension', 'list', ...extension)).toMatchObject([
      { name: 'WEATHER_KEY', kind: 'secret' },
      { name: 'WEATHER_TOKEN', kind: 'secret' },
      { name: 'WEATHER_UNIT', kind: 'plain', masked: null }
    ])
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('WEATHER_UNIT=celsius\n')
    expect(
      (await run(['extension', 'delete', 'Weather', 'WEATHER_KEY', '--yes', '--folder', folder])).code
    ).toBe(0)
    expect((await rows('extension', 'list', ...extension)).map(({ name }) => name)).toEqual([
      'WEATHER_TOKEN',
      'WEATHER_UNIT'
    ])
    const none = await run(['extension', 'set', 'Weather', 'NOT_THERE', '--take', '--folder', folder])
    expect([none.code, none.errors]).toEqual([64, expect.stringContaining('No plain setting')])
  })
})
