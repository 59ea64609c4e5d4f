import { describe, expect, it } from 'vitest'
import { dockerHelper, registryOf } from './docker.ts'
import { runHelper } from './helper.testkit.ts'
import type { HelperAnswer, HelperVault, HelperWish } from './helper-vault.ts'

const given = {
  kind: 'given',
  credential: { service: 'github', account: 'ana', user: 'ana', value: 'ghp-1', expiresAt: null }
} as const

/** A vault that knows one registry, and what it was asked. */
function vaultOf(host: string, answer: HelperAnswer = given) {
  const asked: HelperWish[] = []
  const suspected: string[] = []
  const vault: HelperVault = {
    credential: async (wish) => {
      asked.push(wish)
      return wish.host === host ? answer : { kind: 'none' }
    },
    list: async () =>
      answer.kind === 'given' ? [{ host, user: 'ana', service: 'github', account: 'ana' }] : [],
    suspect: async ({ host: of, value }) => void suspected.push(`${of} ${value}`)
  }
  return { asked, suspected, vault }
}

async function call(args: readonly string[], input: string, { vault } = vaultOf('ghcr.io')) {
  const { errors, ...answer } = await runHelper(dockerHelper, args, input, vault)
  // Docker reads errors on standard output.
  expect(errors).toBe('')
  return answer
}

const login = (server: string, user: string, secret: string) =>
  JSON.stringify({ ServerURL: server, Username: user, Secret: secret })

describe('get', () => {
  it('answers with the server URL as it was asked, the user name and the value', async () => {
    for (const server of ['ghcr.io', 'https://ghcr.io', 'http://ghcr.io/', 'https://GHCR.io/v2/']) {
      const { code, out } = await call(['get'], `${server}\n`)
      expect(code).toBe(0)
      expect(JSON.parse(out)).toEqual({ ServerURL: server, Username: 'ana', Secret: 'ghp-1' })
    }
  })

  it('says word for word that nothing is held, so that the caller goes on without a login', async () => {
    expect(await call(['get'], 'quay.io')).toEqual({
      code: 1,
      out: 'credentials not found in native keychain\n'
    })
  })

  it('says word for word that the server URL is missing', async () => {
    for (const input of ['', ' \n']) {
      expect(await call(['get'], input)).toEqual({ code: 1, out: 'no credentials server URL\n' })
      expect(await call(['erase'], input)).toEqual({ code: 1, out: 'no credentials server URL\n' })
    }
  })

  it('gives our sentence where the vault refuses, and tells the person, because docker does not quote it', async () => {
    const refused = { kind: 'refused', why: 'locked', sentence: 'Latchkey is locked.' } as const
    const { vault } = vaultOf('ghcr.io', refused)
    expect(await runHelper(dockerHelper, ['get'], 'ghcr.io', vault)).toEqual({
      code: 1,
      out: 'Latchkey is locked.\n',
      errors: 'latchkey: Latchkey is locked.\n'
    })
  })

  it('passes an identity token on under the user name that means one', async () => {
    const identity = { ...given, credential: { ...given.credential, user: '<token>' } } as const
    const { out } = await call(['get'], 'ghcr.io', vaultOf('ghcr.io', identity))
    expect(JSON.parse(out)).toEqual({ ServerURL: 'ghcr.io', Username: '<token>', Secret: 'ghp-1' })
  })

  it('asks for Docker Hub under one name', async () => {
    const names = ['https://index.docker.io/v1/', 'docker.io', 'https://registry-1.docker.io']
    for (const name of names) {
      const hub = vaultOf('docker.io')
      expect((await call(['get'], name, hub)).code).toBe(0)
      expect(hub.asked).toEqual([{ helper: 'docker', host: 'docker.io' }])
    }
  })
})

describe('store', () => {
  it('drops the value that the vault has given itself', async () => {
    expect(await call(['store'], login('ghcr.io', 'ana', 'ghp-1'))).toEqual({ code: 0, out: '' })
    expect(await call(['store'], login('https://ghcr.io', '<token>', 'ghp-1'))).toEqual({ code: 0, out: '' })
  })

  it('refuses every other login, with a sentence that says what to do and quotes nothing of it', async () => {
    for (const text of [login('ghcr.io', 'eve', 'other-1'), login('quay.io', 'eve', 'other-1')]) {
      const { code, out } = await call(['store'], text)
      expect(code).toBe(1)
      expect(out).toContain('latchkey key save')
      expect(out).not.toMatch(/eve|other-1|quay/)
    }
  })

  it('asks the vault for no registry that it does not know', async () => {
    const world = vaultOf('ghcr.io')
    await call(['store'], login('quay.io', 'eve', 'other-1'), world)
    expect(world.asked).toEqual([])
  })

  it('says word for word what is missing', async () => {
    expect(await call(['store'], login(' ', 'ana', 'x'))).toMatchObject({
      out: 'no credentials server URL\n'
    })
    expect(await call(['store'], login('ghcr.io', '', 'x'))).toMatchObject({
      out: 'no credentials username\n'
    })
  })

  it('refuses what is no login, without a word of it', async () => {
    for (const text of ['{"Secret":"other-1"', 'null', '[]', '"other-1"', '{"ServerURL":{"a":"other-1"}}']) {
      const { code, out } = await call(['store'], text)
      expect(code).toBe(1)
      expect(out).not.toContain('other-1')
    }
  })
})

describe('the other actions', () => {
  it('erase ends with 0 as often as it is called, asks for no value, and has the next one refreshed', async () => {
    const world = vaultOf('ghcr.io')
    for (const server of ['ghcr.io', 'ghcr.io', 'http://ghcr.io', 'https://ghcr.io', 'unknown.example']) {
      expect(await call(['erase'], server, world)).toEqual({ code: 0, out: '' })
    }
    expect(world.asked).toEqual([])
    expect(new Set(world.suspected)).toEqual(new Set(['ghcr.io null', 'unknown.example null']))
  })

  it('list names the registries that can be given without a question', async () => {
    expect(JSON.parse((await call(['list'], '')).out)).toEqual({ 'ghcr.io': 'ana' })
    expect(JSON.parse((await call(['list'], '', vaultOf('docker.io'))).out)).toEqual({
      'https://index.docker.io/v1/': 'ana'
    })
    expect((await call(['list'], '', vaultOf('ghcr.io', { kind: 'none' }))).out).toBe('{}\n')
    const two = ['ana', 'bob'].map((user) => ({ host: 'ghcr.io', user, service: 'github', account: user }))
    const { vault } = vaultOf('ghcr.io')
    expect(
      (await call(['list'], '', { ...vaultOf('ghcr.io'), vault: { ...vault, list: async () => two } })).out
    ).toBe('{}\n')
  })

  it('version says name and version', async () => {
    expect(await call(['version'], '')).toEqual({
      code: 0,
      out: 'docker-credential-latchkey (latchkey) 0.1.0\n'
    })
  })

  it('an unknown action, none, and one too many end with 1 on standard output', async () => {
    expect(await call(['secret-1'], '')).toEqual({
      code: 1,
      out: 'docker-credential-latchkey: unknown action\n'
    })
    const usage = { code: 1, out: 'Usage: docker-credential-latchkey <store|get|erase|list|version>\n' }
    expect(await call([], '')).toEqual(usage)
    expect(await call(['get', 'ghcr.io'], '')).toEqual(usage)
  })
})

it('a registry is known by host and port', () => {
  expect(registryOf('HTTPS://Registry.Example:5000/v2/x')).toBe('registry.example:5000')
  expect(registryOf('[::1]:5000')).toBe('[::1]:5000')
})
