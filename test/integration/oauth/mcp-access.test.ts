import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CredentialRef, type CredentialSummary, credentialKey, refFromKey } from '#shared/credential.ts'
import type { VaultEvents } from '#shared/ipc.ts'
import type { SignInRequest } from '#shared/sign-in.ts'
import { statusWord } from '#shared/status.ts'
import { mcpConfiguration } from '../../support/mcp-authorization.ts'
import { ending, oauthWorld, refOf } from '../../support/oauth-world.ts'
import { browse } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import {
  type ProtectedResourceServer,
  startProtectedResource
} from '../../support/protected-resource-server.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'
import { shownCredentials } from '../../support/shown-credentials.ts'

let home = ''
let op: OpenIdProvider
let server: ProtectedResourceServer
let open: Harness
/** Scopes that a token needs at the server, and whether the server accepts tokens at all. */
let needs: string[] = []
let accepts = true

beforeEach(async () => {
  needs = ['registry:read']
  accepts = true
  home = await newVaultHome()
  op = await startOpenIdProvider({ configuration: mcpConfiguration() })
  server = await startProtectedResource({ issuer: op.issuer, needs, accepts: () => accepts })
  open = await start()
})
afterEach(async () => {
  await open.vault.close()
  await server.close()
  await op.close()
  await removeVaultHome(home)
})

const start = (): Promise<Harness> => openTestVault({ home, store: 'file', hasKeychain: false })

/** Signs in as a person does; also returns the address of the page that opened. */
async function signIn(request: SignInRequest): Promise<{ ref: CredentialRef; page: URL }> {
  const { vault, surface } = open
  const ended = new Promise<VaultEvents['signInChanged']>((resolve) => {
    const stop = vault.on('signInChanged', (progress) => {
      if (progress.state.kind !== 'done' && progress.state.kind !== 'failed') return
      stop()
      resolve(progress)
    })
  })
  await vault.handlers.startSignIn(request)
  const page = new URL(surface.last.view.url)
  await browse(page.href)
  const { state } = await ended
  const ref = state.kind === 'done' ? refFromKey(state.credential) : null
  if (ref === null) throw new Error(`The sign-in ended as ${state.kind}.`)
  return { ref, page }
}

async function signedIn(): Promise<string> {
  const provider = { kind: 'mcp', server: server.url, name: 'Files', clientId: null } as const
  const scopes = ['registry:read', 'offline_access']
  const request = { kind: 'new', provider, clientSecret: null, account: null, scopes } as const
  return credentialKey((await signIn({ ...request, scopes: [...scopes] })).ref)
}

async function summaryOf(id: string): Promise<CredentialSummary> {
  const credentials = await shownCredentials(open.vault)
  const found = credentials.find((credential) => credential.id === id)
  if (found === undefined) throw new Error('It is not listed.')
  return found
}

const check = (id: string) => open.vault.handlers.checkNow(id)
const asks = (): number => server.requests().filter((one) => one === 'POST /mcp').length

describe('“Test now” of an MCP server’s entry', () => {
  it('asks the server itself, once', async () => {
    const id = await signedIn()
    expect(await check(id)).toMatchObject({ works: true, text: 'The MCP server accepted the token.' })
    expect(asks()).toBe(1)
    expect((await summaryOf(id)).status.kind).toBe('valid')
  })

  it('finds that it needs more access, and the step up asks for that beside what is granted', async () => {
    const id = await signedIn()
    needs.push('registry:write')
    expect(await check(id)).toMatchObject({
      works: false,
      text: 'The MCP server wants more access: registry:write.'
    })
    const lacking = await summaryOf(id)
    expect(statusWord(lacking.status)).toBe('Needs more access')
    expect(lacking).toMatchObject({
      status: { kind: 'needs-sign-in', code: 'SCOPE_MISSING' },
      scopes: ['registry:read', 'offline_access'],
      missingScopes: expect.arrayContaining(['registry:write'])
    })
    const union = [...new Set([...lacking.scopes, ...lacking.missingScopes])]
    const { ref, page } = await signIn({ kind: 'again', credential: id, scopes: union })
    expect(page.searchParams.get('scope')?.split(' ').toSorted()).toEqual([
      'offline_access',
      'registry:read',
      'registry:write'
    ])
    expect(credentialKey(ref)).toBe(id)
    expect((await summaryOf(id)).status.kind).toBe('valid')
    expect(await check(id)).toMatchObject({ works: true })
  })

  it('leaves a sign-in that needs more access as it is: it is used, refreshed and still says so after a restart', async () => {
    const id = await signedIn()
    needs.push('registry:write')
    await check(id)
    const ref = refFromKey(id)!
    expect((await open.vault.tokens.getToken(ref)).length).toBeGreaterThan(20)
    await open.vault.handlers.refresh(id)
    await open.vault.close()
    open = await start()
    expect((await summaryOf(id)).status).toMatchObject({ kind: 'needs-sign-in', code: 'SCOPE_MISSING' })
    expect(open.vault.tokens.isAuthenticated(ref)).toBe(true)
    needs.pop()
    expect(await check(id)).toMatchObject({ works: true })
    expect((await summaryOf(id)).status.kind).toBe('valid')
  })

  it('ends no sign-in when the server refuses the token', async () => {
    const id = await signedIn()
    accepts = false
    expect(await check(id)).toMatchObject({
      works: false,
      text: 'The MCP server does not accept the token. The sign-in is kept.'
    })
    expect((await summaryOf(id)).status.kind).toBe('valid')
    accepts = true
    await open.vault.handlers.refresh(id)
    expect(await check(id)).toMatchObject({ works: true })
  })

  it('leaves things as they are when the server does not answer', async () => {
    const id = await signedIn()
    await server.close()
    await expect(check(id)).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' })
    expect((await summaryOf(id)).status.kind).toBe('valid')
  })
})

describe('the address of an MCP server', () => {
  it('is not kept when it may hold a key', async () => {
    const world = oauthWorld()
    const provider = {
      kind: 'mcp',
      server: `${server.url}?key=planted-key`,
      name: 'Files',
      clientId: null
    } as const
    const rest = { clientSecret: null, account: null, scopes: ['registry:read'] }
    await world.signIns.start({ kind: 'new', provider, ...rest })
    await browse(world.surface.last.view.url)
    const entry = world.repository.find(refOf(await ending(world)))
    expect(entry?.provider?.resource).toBe(server.url)
    expect(JSON.stringify(entry)).not.toContain('planted-key')
    await world.signIns.close()
  })
})
