import { describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential } from '../credential-record.ts'
import { settle } from '../testing/fake-clock.ts'
import { handOutWorld } from '../testing/hand-out-world.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { sampleGrant, sampleKey } from '../testing/samples.ts'
import type { AccessPreset } from './access-preset.ts'
import { type HelperWish, Helpers } from './helpers.ts'
import { noPolicy, type ServicePolicy } from './policy.ts'

const preset = {
  hosts: ['api.github.com'],
  helpers: { git: { hosts: ['github.com'], user: 'x-access-token' } }
} as unknown as AccessPreset

const ana = sampleGrant({ ref: { service: 'github', account: 'ana' } })
const bob = sampleGrant({ ref: { service: 'github', account: 'bob' } })
const wish: HelperWish = {
  helper: 'git',
  host: 'github.com',
  path: null,
  user: null,
  service: null,
  account: null,
  scope: null,
  waits: false
}

/** Helpers over real approvals. `listed`: hosts of helpers in policy.yaml, by service. */
async function world(
  credentials: readonly Credential[],
  listed: Readonly<Record<string, readonly string[]>> = {}
) {
  const of = await handOutWorld()
  const repository = new MemoryRepository()
  for (const credential of credentials) await repository.save(credential)
  const services = Object.entries(listed).map(([service, hosts]): [string, ServicePolicy] => [
    service,
    { hosts: [], encodedSlash: false, readOnly: false, rules: [], helpers: new Map([['git', hosts]]) }
  ])
  const helpers = new Helpers({
    approvals: of.approvals,
    handOut: of.handOutOver(repository),
    repository,
    rulesFor: () => of.state.rules,
    policy: async () => ({ ...noPolicy, services: new Map(services) }),
    presetOf: ({ ref }) => (ref.service === 'github' ? preset : null),
    current: (ref) => repository.load(ref),
    digest: (text) => `digest of ${text}`
  })
  const ask = (change: Partial<HelperWish> = {}) => helpers.credential({ ...wish, ...change }, of.caller)
  /** The account that is given; a question is answered first. */
  const account = async (change: Partial<HelperWish> = {}): Promise<string | null> => {
    const first = await ask(change)
    if (first?.kind === 'question') of.answer('once')
    const found = first?.kind === 'question' ? await ask(change) : first
    return found?.kind === 'given' ? found.entry.ref.account : null
  }
  return { ...of, ask, account, helpers, repository }
}

describe('the helper of a tool', () => {
  it('is asked for by its name and host, gives the value after that, and both are written down', async () => {
    const of = await world([ana])
    expect(await of.ask()).toMatchObject({
      kind: 'question',
      question: {
        wanted: {
          mode: 'helper',
          helper: 'git',
          host: 'github.com:443',
          run: null,
          credential: credentialKey(ana.ref)
        }
      }
    })
    of.answer('always')
    const found = await of.ask()
    expect(found).toMatchObject({ kind: 'given', user: 'x-access-token', entry: { ref: ana.ref } })
    expect(found?.kind === 'given' && found.expiresAt).toEqual(
      ana.tokens.expiry.kind === 'at' && ana.tokens.expiry.at
    )
    expect(of.rows).toMatchObject([
      { kind: 'intent', action: 'helper', method: 'git', host: 'github.com:443' },
      { kind: 'outcome', of: 1, action: 'helper', code: null }
    ])
  })

  it.each(['10-minutes', 'until-lock', 'always'] as const)(
    'is allowed %s without another question',
    async (duration) => {
      const of = await world([ana])
      await of.ask()
      of.answer(duration)
      expect([(await of.ask())?.kind, (await of.ask())?.kind]).toEqual(['given', 'given'])
    }
  )

  it('is allowed once, and then asks again', async () => {
    const of = await world([ana])
    await of.ask()
    of.answer('once')
    expect([(await of.ask())?.kind, (await of.ask())?.kind]).toEqual(['given', 'question'])
  })

  it('is allowed for its own tool and host alone', async () => {
    const of = await world([ana], { github: ['ghe.example.com', 'github.com:8443'] })
    await of.ask()
    of.answer('always')
    expect((await of.ask({ host: 'ghe.example.com' }))?.kind).toBe('question')
    of.answer('denied')
    expect((await of.ask({ host: 'github.com:8443' }))?.kind).toBe('question')
    expect(await of.ask({ helper: 'docker' })).toBeNull()
  })

  it.each([
    'example.com',
    'github.com.evil.example',
    'api.github.com',
    'github.com:444',
    'a b',
    '',
    'github.com:99999'
  ])('has nothing for a host of nobody, and writes nothing down: %s', async (host) => {
    const of = await world([ana])
    expect(await of.ask({ host })).toBeNull()
    expect(of.rows).toEqual([])
  })

  it.each(['GitHub.com', 'github.com.', 'github.com:443'])('knows the host as %s', async (host) => {
    expect(await (await world([ana])).account({ host })).toBe('ana')
  })

  it('gives a key only to hosts of the servers that it was confirmed for', async () => {
    const own = {
      ...sampleKey(),
      ref: { service: 'github', account: 'own' },
      allowedHosts: ['ghe.example.com']
    }
    const of = await world([own])
    expect(await of.ask()).toBeNull()
    await of.repository.save({ ...own, allowedHosts: ['api.github.com'] })
    expect(await of.account()).toBe('own')
  })

  it('takes hosts of policy.yaml also for a service that nothing is known of, with the account as user', async () => {
    const of = await world([sampleGrant()], { 'sso.example.net': ['git.example.net:8443'] })
    await of.ask({ host: 'git.example.net:8443' })
    of.answer('always')
    const { account } = sampleGrant().ref
    expect(await of.ask({ host: 'git.example.net:8443' })).toMatchObject({ kind: 'given', user: account })
  })

  it('waits three seconds for a window; then the question stays for the person', async () => {
    const of = await world([ana])
    of.state.asksInWindow = true
    const asked = of.ask({ waits: true })
    await of.clock.pass(3000)
    expect((await asked)?.kind).toBe('question')
    expect(of.approvals.questions.list()).toHaveLength(1)
    of.answer('always')
    expect((await of.ask({ waits: true }))?.kind).toBe('given')
  })

  it('goes on at once when the window is answered in time, and is refused where it denies', async () => {
    const of = await world([ana])
    of.state.asksInWindow = true
    const asked = of.ask({ waits: true })
    await settle()
    of.answer('once')
    expect((await asked)?.kind).toBe('given')
    const denied = of.ask({ waits: true })
    await settle()
    of.answer('denied')
    await expect(denied).rejects.toMatchObject({ code: 'APPROVAL_DENIED' })
  })

  it('is refused where the policy gives the program no access', async () => {
    const of = await world([ana])
    of.state.rules = null
    await expect(of.ask()).rejects.toMatchObject({ code: 'APPROVAL_DENIED' })
    expect(of.rows).toMatchObject([{ kind: 'refused', action: 'helper', code: 'policy' }])
  })
})

describe('of two accounts', () => {
  it.each([
    ['the user name', { user: 'bob' }, 'bob'],
    ['the user name in other letters', { user: 'BOB' }, 'bob'],
    ['the owner of the path', { path: 'ana/repo.git' }, 'ana'],
    ['the owner of the path, with a slash before it', { path: '/bob/repo.git' }, 'bob'],
    ['the account', { account: 'bob' }, 'bob'],
    ['the user name before the path', { user: 'bob', path: 'ana/repo.git' }, 'bob'],
    [
      'the path, where the user name is that of every account',
      { user: 'x-access-token', path: 'bob/r' },
      'bob'
    ]
  ])('%s chooses', async (_name, change, account) => {
    expect(await (await world([ana, bob])).account(change)).toBe(account)
  })

  it('that of a rule is given before one that is allowed already, and after one that the tool names', async () => {
    const of = await world([ana, bob])
    await of.ask({ user: 'bob' })
    of.answer('until-lock')
    const chosen = (service: string): string | null => (service === 'github' ? 'ana' : null)
    expect(await of.account({ chosen })).toBe('ana')
    expect(await of.account({ chosen, user: 'bob' })).toBe('bob')
    expect(await of.account({ chosen: () => 'nobody' })).toBe('bob')
  })

  it('none is given for a user name of nobody, so that git asks elsewhere', async () => {
    expect(await (await world([ana, bob])).ask({ user: 'carl' })).toBeNull()
  })

  it('the one that is allowed already is given, and without one the person is told what to write', async () => {
    const of = await world([ana, bob])
    await expect(of.ask({ path: 'acme/repo.git' })).rejects.toThrow('https://ACCOUNT@HOST/')
    await of.ask({ user: 'bob' })
    of.answer('until-lock')
    expect(await of.account({ path: 'acme/repo.git' })).toBe('bob')
    await of.ask({ user: 'ana' })
    of.answer('until-lock')
    await expect(of.ask({ path: 'acme/repo.git' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })
})

describe('the accounts of a helper', () => {
  it('are those that are given without a question now', async () => {
    const of = await world([ana, bob])
    const { client } = of.caller
    expect(await of.helpers.accounts('git', client)).toEqual([])
    await of.ask({ user: 'bob' })
    of.answer('once')
    expect(await of.helpers.accounts('git', client)).toEqual([])
    await of.ask({ user: 'bob' })
    await of.ask({ user: 'bob' })
    of.answer('always')
    expect(await of.helpers.accounts('git', client)).toMatchObject([
      { host: 'github.com:443', user: 'x-access-token', entry: { ref: bob.ref } }
    ])
    expect(await of.helpers.accounts('docker', client)).toEqual([])
    of.repository.failLoad = new VaultError('VAULT_LOCKED')
    expect(await of.helpers.accounts('git', client)).toEqual([])
  })
})

describe('a value that a host refused', () => {
  const suspected = { helper: 'git', host: 'github.com' } as const

  it('is refreshed before the next one is given, once', async () => {
    const of = await world([ana])
    await of.ask()
    of.answer('always')
    await of.helpers.suspect({ ...suspected, digest: 'digest of access-1' }, of.caller.client)
    await of.ask()
    await of.ask()
    expect(of.steps.filter((step) => step.startsWith('token'))).toEqual([
      'token rejected access-1',
      'token -'
    ])
  })

  it.each([
    ['it is not the present one', { digest: 'digest of another' }],
    ['the host is none of its own', { digest: 'digest of access-1', host: 'example.com' }]
  ])('changes nothing where %s', async (_name, change) => {
    const of = await world([ana])
    await of.helpers.suspect({ ...suspected, ...change }, of.caller.client)
    await of.ask()
    of.answer('once')
    await of.ask()
    expect(of.steps).toContain('token -')
  })

  it('changes nothing where it can not be refreshed: it may be good for another repository', async () => {
    const of = await world([sampleGrant({ ref: ana.ref, tokens: { ...ana.tokens, refreshToken: null } })])
    await of.helpers.suspect({ ...suspected, digest: 'digest of access-1' }, of.caller.client)
    await of.ask()
    of.answer('once')
    await of.ask()
    expect(of.steps).toContain('token -')
  })

  it('is the present one where the tool does not say which, if the helper is allowed there', async () => {
    const of = await world([ana])
    await of.helpers.suspect({ ...suspected, digest: null }, of.caller.client)
    await of.ask()
    of.answer('always')
    await of.ask()
    await of.helpers.suspect({ ...suspected, digest: null }, of.caller.client)
    await of.helpers.suspect({ ...suspected, digest: null }, of.caller.client)
    await of.ask()
    await of.ask()
    expect(of.steps.filter((step) => step.startsWith('token'))).toEqual([
      'token -',
      'token rejected access-1',
      'token -'
    ])
  })

  it('is tried to be refreshed once, so that a provider out of reach keeps nothing back', async () => {
    const of = await world([ana])
    await of.ask()
    of.answer('always')
    await of.helpers.suspect({ ...suspected, digest: 'digest of access-1' }, of.caller.client)
    of.state.token = new VaultError('REFRESH_UNREACHABLE')
    await expect(of.ask()).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
    await expect(of.ask()).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
    expect(of.steps.filter((step) => step.startsWith('token'))).toEqual([
      'token rejected access-1',
      'token -'
    ])
  })
})
