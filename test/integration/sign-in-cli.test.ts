import { readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createScanner } from '../support/canary-scan.ts'
import { mcpConfiguration } from '../support/mcp-authorization.ts'
import { browse } from '../support/openid-browser.ts'
import { allowDevice } from '../support/openid-device-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import { startProtectedResource } from '../support/protected-resource-server.ts'
import { TerminalSignIn } from '../support/terminal-sign-in.ts'
import type { Running } from '../support/use-world.ts'

let op: OpenIdProvider
let world: TerminalSignIn
beforeEach(async () => {
  op = await startOpenIdProvider()
  world = await TerminalSignIn.start()
})
afterEach(async () => {
  await world.end()
  await op.close()
})

const first = (...more: readonly string[]): readonly string[] => [
  'Example',
  '--issuer',
  op.issuer,
  '--client-id',
  op.clientId,
  ...more
]
const portOf = (page: string): number =>
  Number(new URL(new URL(page).searchParams.get('redirect_uri') ?? '').port)

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const came = await once(socket, 'connect').then(
    () => true,
    () => false
  )
  socket.destroy()
  return came
}

/** Signs a person in at the page that the browser was told to open. */
async function signedIn(running: Running, login: string): Promise<unknown> {
  await browse(await world.opened(), { login })
  return await running.ended
}

describe('latchkey sign-in', () => {
  it('opens the page in the browser, waits for the answer and stores the entry', async () => {
    const running = world.signIn(first())
    const page = await world.opened()
    expect(running.errors).toContain(`Sign in to Example. Your browser opens the page`)
    expect(running.errors).toContain(page)
    expect(await signedIn(running, 'alice')).toBe(0)
    const { credentials, signIns } = await world.snapshot()
    expect(credentials).toMatchObject([{ name: 'Example', account: 'alice@example.test', renewable: true }])
    expect(running.out).toBe(
      `Signed in to Example as alice@example.test. Its name in commands is ${credentials[0]?.service ?? ''}.\n`
    )
    expect(signIns).toEqual([])
    expect(await isListening(portOf(page))).toBe(false)
  })

  it('signs in to the same entry again by its name, with the client and scopes it had', async () => {
    expect(await signedIn(world.signIn(first('--scope', 'openid,email,registry:read')), 'alice')).toBe(0)
    const running = world.signIn(['example', '--json', 'all'])
    expect(await signedIn(running, 'alice')).toBe(0)
    expect(JSON.parse(running.out)).toMatchObject({
      name: 'Example',
      account: 'alice@example.test',
      scopes: ['openid', 'email', 'registry:read']
    })
    const more = world.signIn(['example', '--scope', 'registry:write'])
    expect(new URL(await world.opened()).searchParams.get('scope')).toBe(
      'openid email registry:read registry:write'
    )
    expect(await signedIn(more, 'alice')).toBe(0)
    expect((await world.snapshot()).credentials).toHaveLength(1)
  })

  it('adds another account beside it, and then asks which one is meant', async () => {
    expect(await signedIn(world.signIn(first()), 'alice')).toBe(0)
    const running = world.signIn(['example', '--account', 'bob@example.test'])
    expect(new URL(await world.opened()).searchParams.get('login_hint')).toBe('bob@example.test')
    expect(await signedIn(running, 'bob')).toBe(0)
    const accounts = (await world.snapshot()).credentials.map(({ account }) => account)
    expect(accounts.toSorted()).toEqual(['alice@example.test', 'bob@example.test'])
    const { code, errors } = await world.latchkey(['sign-in', 'example'])
    expect(code).toBe(64)
    expect(errors).toContain('Name one with --account: alice@example.test, bob@example.test.')
    const { service = '' } = (await world.snapshot()).credentials[0] ?? {}
    expect((await world.latchkey(['switch', service, 'bob@example.test'])).code).toBe(0)
    const again = world.signIn(['example'])
    expect(new URL(await world.opened()).searchParams.get('login_hint')).toBe('bob@example.test')
    expect(await signedIn(again, 'bob')).toBe(0)
  })

  it('shows a code where there is no browser, and waits until it is typed elsewhere', async () => {
    const running = world.signIn(first(), false)
    await running.says('Waiting for you.')
    expect(world.isUnopened).toBe(true)
    const [, address = '', code = ''] = /open (\S+) and type the code\s+(\S+)/.exec(running.errors) ?? []
    expect(await allowDevice(address, code)).toBe('Connected')
    expect(await running.ended).toBe(0)
    expect(running.out).toContain('Signed in to Example as alice@example.test.')
  })

  it.each(['login', 'consent'] as const)(
    'says it and ends with 77 when the person refuses at the %s',
    async (cancelAt) => {
      const running = world.signIn(first())
      await browse(await world.opened(), { cancelAt })
      expect(await running.ended).toBe(77)
      expect(running.errors).toContain(
        'latchkey: The provider did not allow the sign-in. Nothing was changed. (SIGN_IN_DENIED)\n'
      )
      expect((await world.snapshot()).credentials).toEqual([])
    }
  )

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'is cancelled by %s, which frees the port',
    async (signal) => {
      const running = world.signIn(first())
      const port = portOf(await world.opened())
      expect(await isListening(port)).toBe(true)
      running.child.kill(signal)
      expect(await running.ended).toBe(signal)
      await vi.waitUntil(async () => !(await isListening(port)), { timeout: 20_000 })
      expect(await world.snapshot()).toMatchObject({ credentials: [], signIns: [] })
    }
  )

  it('ends with 70 when what the provider answers is of no use', async () => {
    const wrong = first().map((arg) => (arg.startsWith('http') ? `${arg.replace(/\/$/, '')}/nothing` : arg))
    expect(await world.latchkey(['sign-in', ...wrong])).toMatchObject({
      code: 70,
      out: '',
      errors: expect.stringContaining('(PROVIDER_REFUSED)')
    })
  })

  it('ends with 75 when nobody finishes it in time', async () => {
    await world.serve?.end()
    await world.startVault({ LATCHKEY_SIGN_IN_TIMEOUT_SECONDS: '1' })
    const running = world.signIn(first())
    expect(await running.ended).toBe(75)
    expect(running.errors).toContain('(SIGN_IN_TIMED_OUT)')
    expect(await isListening(portOf(await world.opened()))).toBe(false)
  })

  it('ends with 69 when the vault is killed in the middle, and leaves nothing half done', async () => {
    const running = world.signIn(first())
    const page = await world.opened()
    await world.serve?.kill()
    expect(await running.ended).toBe(69)
    expect(await isListening(portOf(page))).toBe(false)
    await world.startVault()
    expect(await world.snapshot()).toMatchObject({ credentials: [], signIns: [] })
    expect(await signedIn(world.signIn(first()), 'alice')).toBe(0)
  })

  it('refuses a second sign-in at the same provider while one is under way', async () => {
    const running = world.signIn(first())
    const page = await world.opened()
    const second = await world.latchkey(['sign-in', ...first()])
    expect(second.code).toBe(64)
    expect(second.errors).toContain('A sign-in at this provider is already running.')
    await browse(page)
    expect(await running.ended).toBe(0)
  })

  /** What a sign-in may have left: files of the home, apart from the store, which seals its own, and what is shown of it. */
  async function tracesOf(running: Running): Promise<readonly (Buffer | string)[]> {
    const names = readdirSync(world.home, { recursive: true }).map((name) => join(world.home, String(name)))
    const files = names.filter((name) => statSync(name).isFile()).map((name) => readFileSync(name))
    expect(files.length).toBeGreaterThan(3)
    return [...files, JSON.stringify(await world.snapshot()), running.out, running.errors]
  }

  it('shows no code, verifier, token or secret anywhere', async () => {
    const { clientId, clientSecret } = op.confidential
    const asked = world.signIn(['Example', '--issuer', op.issuer, '--client-id', clientId, '--client-secret'])
    asked.type(`${clientSecret}\n`)
    await asked.says('Waiting for you.')
    const page = await world.opened()
    const words = readFileSync(`/proc/${String(asked.child.pid)}/cmdline`, 'utf8')
    expect(await signedIn(asked, 'alice')).toBe(0)
    const [verifier = ''] = op.verifiers()
    expect(verifier.length).toBeGreaterThanOrEqual(43) // RFC 7636 section 4.1
    const scan = createScanner([
      ...op.issued(),
      { kind: 'client-secret', value: clientSecret },
      { kind: 'verifier', value: verifier }
    ])
    expect(op.issued().map(({ kind }) => kind)).toContain('code')
    expect(scan(`x${verifier}y`)).not.toEqual([])
    for (const text of [page, words, ...(await tracesOf(asked))]) expect(scan(text)).toEqual([])
  })

  it('shows no device code and no token where it goes by a code', async () => {
    const running = world.signIn(first(), false)
    await running.says('Waiting for you.')
    const words = readFileSync(`/proc/${String(running.child.pid)}/cmdline`, 'utf8')
    const [, address = '', code = ''] = /open (\S+) and type the code\s+(\S+)/.exec(running.errors) ?? []
    expect(await allowDevice(address, code)).toBe('Connected')
    expect(await running.ended).toBe(0)
    expect(op.issued().map(({ kind }) => kind)).toContain('device-code')
    const scan = createScanner(op.issued())
    for (const text of [words, ...(await tracesOf(running))]) expect(scan(text)).toEqual([])
  })

  it('signs in to an MCP server by its address, and registers there', async () => {
    const configuration = mcpConfiguration({ registers: true, clientDocument: null })
    const authority = await startOpenIdProvider({ configuration })
    const server = await startProtectedResource({ issuer: authority.issuer })
    try {
      const running = world.signIn([server.url])
      expect(await signedIn(running, 'alice')).toBe(0)
      const { credentials } = await world.snapshot()
      expect(credentials).toMatchObject([{ resource: server.url, status: { kind: 'valid' } }])
    } finally {
      await server.close()
      await authority.close()
    }
  })

  it('says what is missing, and how a client is registered', async () => {
    const bare = await world.latchkey(['sign-in', 'github'])
    expect(bare.code).toBe(64)
    expect(bare.errors).toContain('GitHub signs people in through a client of their own. Register one there:')
    expect(bare.errors).toContain('Then run: latchkey sign-in github --client-id ID')
    const unknown = await world.latchkey(['sign-in', 'nowhere'])
    expect([unknown.code, unknown.errors]).toEqual([
      64,
      'latchkey sign-in: There is no service of that name. Your own provider needs --issuer. See “latchkey sign-in --help”.\n'
    ])
    const window = await world.latchkey(['sign-in', ...first('--surface', 'window')])
    expect(window.code).toBe(64)
    expect(window.errors).toContain('Latchkey has no window open.')
  })
})

describe('latchkey sign-in when somebody else signs in', () => {
  beforeEach(async () => {
    expect(await signedIn(world.signIn(first()), 'alice')).toBe(0)
  })

  it('asks at the terminal, and adds another entry if that is wanted', async () => {
    const running = world.inTerminal(['sign-in', 'example'])
    await browse(await world.opened(), { login: 'bob' })
    await running.says('Anything else cancels: ')
    expect(running.out).toContain('bob@example.test has signed in, and this entry is of alice@example.test.')
    running.type('a\n')
    expect(await running.ended).toBe(0)
    const accounts = (await world.snapshot()).credentials.map(({ account }) => account)
    expect(accounts.toSorted()).toEqual(['alice@example.test', 'bob@example.test'])
  })

  it('changes nothing where there is no terminal to ask at', async () => {
    const running = world.signIn(['example'])
    await browse(await world.opened(), { login: 'bob' })
    expect(await running.ended).toBe(77)
    expect(running.errors).toContain('(SIGN_IN_CANCELLED)')
    expect((await world.snapshot()).credentials).toMatchObject([{ account: 'alice@example.test' }])
  })
})
