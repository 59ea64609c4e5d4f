import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CredentialRef, credentialKey } from '#shared/credential.ts'
import { reportOnMcp } from '../../../src-main/core/sign-in/mcp-plan.ts'
import { rowInUse } from '../../../src-main/core/sign-in/sign-in-plan.ts'
import { clientAt, registered, registering } from '../../support/hand-registration.ts'
import { mcpConfiguration } from '../../support/mcp-authorization.ts'
import { browse, browseToRedirect } from '../../support/openid-browser.ts'
import {
  type OpenIdOptions,
  type OpenIdProvider,
  startOpenIdProvider
} from '../../support/openid-provider.ts'
import { type World, ending, oauthWorld, refOf, signInRequest } from '../../support/oauth-world.ts'
import { startProtectedResource } from '../../support/protected-resource-server.ts'
import { tokenRequests } from '../../support/rotation-counts.ts'
import { builtInRow } from '../../support/scripted-provider.ts'

/** RFC 9700 section 4.4: an issuer that the person signs in to sends their browser on to another one. */
let world: World
let running: OpenIdProvider[]

beforeEach(() => {
  world = oauthWorld()
  running = []
})
afterEach(async () => {
  await world.signIns.close()
  await Promise.all(running.map((each) => each.close()))
})

async function provider(namesIssuer: boolean, options: OpenIdOptions = {}): Promise<OpenIdProvider> {
  const made = await startOpenIdProvider({ namesIssuer, configuration: registering, ...options })
  running.push(made)
  return made
}

const shown = async (op: OpenIdProvider): Promise<string> =>
  (await world.oauth.discover(op.issuer)).redirectUri

async function start(op: OpenIdProvider, clientId: string): Promise<URL> {
  await world.signIns.start(signInRequest(op, { clientId }))
  return new URL(world.surface.last.view.url)
}

async function startAgain(ref: CredentialRef): Promise<URL> {
  await world.signIns.start({ kind: 'again', credential: credentialKey(ref) })
  return new URL(world.surface.last.view.url)
}

async function signIn(op: OpenIdProvider, clientId: string) {
  expect((await browse((await start(op, clientId)).href)).status).toBe(200)
  return refOf(await ending(world))
}

/** The page of the honest issuer with all parameters that the evil issuer received. */
function sentOn(page: URL, honest: OpenIdProvider, clientId: string, redirectPath?: string): string {
  const place = new URL(`${honest.issuer}/auth`)
  place.search = page.search
  place.searchParams.set('client_id', clientId)
  const redirect = new URL(page.searchParams.get('redirect_uri') ?? '')
  redirect.pathname = redirectPath ?? redirect.pathname
  place.searchParams.set('redirect_uri', redirect.href)
  return place.href
}

const pathOf = (address: string): string => new URL(address).pathname
const redirectPathOf = (page: URL): string => pathOf(page.searchParams.get('redirect_uri') ?? '')
const portOf = (op: OpenIdProvider): number => Number(new URL(op.issuer).port)
const isWaiting = (): boolean => world.progress.at(-1)?.state.kind === 'waiting'
const codesOf = (op: OpenIdProvider): number => op.issued().filter(({ kind }) => kind === 'code').length

describe('an issuer that sends the browser on to another', () => {
  it('gets no code of an issuer that does not name itself: that issuer refuses the address', async () => {
    const [evil, honest] = [await provider(false), await provider(false)]
    const clientId = await registered(honest, await shown(honest))
    const page = await start(evil, clientId)
    const answer = await fetch(sentOn(page, honest, clientId), { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    expect([isWaiting(), tokenRequests(evil)]).toEqual([true, 0])
  })

  it('gets no code by that issuer’s own address either: the listener refuses that address', async () => {
    const [evil, honest] = [await provider(false), await provider(false)]
    const address = await shown(honest)
    const clientId = await registered(honest, address)
    const page = await start(evil, clientId)
    const redirect = await browseToRedirect(sentOn(page, honest, clientId, pathOf(address)))
    expect(codesOf(honest)).toBe(1)
    expect((await fetch(redirect)).status).toBe(404)
    expect([isWaiting(), tokenRequests(evil)]).toEqual([true, 0])
  })

  it.each([
    ['announces its name, which', true, 400],
    ['does not name itself either, and', false, 404]
  ])('and %s gets no code of an issuer that names itself', async (_name, evilNames, status) => {
    const [evil, honest] = [await provider(evilNames), await provider(true)]
    const clientId = await registered(honest, await shown(honest))
    const page = await start(evil, clientId)
    const redirect = await browseToRedirect(sentOn(page, honest, clientId, '/callback'))
    expect(codesOf(honest)).toBe(1)
    expect((await fetch(redirect)).status).toBe(status)
    expect([isWaiting(), tokenRequests(evil)]).toEqual([true, 0])
  })

  it('gets no code of an issuer whose client was registered for the shared address', async () => {
    const [evil, honest] = [await provider(true), await provider(false)]
    const clientId = await registered(honest, 'http://127.0.0.1/callback')
    const page = await start(evil, clientId)
    const redirect = await browseToRedirect(sentOn(page, honest, clientId))
    expect(codesOf(honest)).toBe(1)
    expect((await fetch(redirect)).status).toBe(400)
    expect([isWaiting(), tokenRequests(evil)]).toEqual([true, 0])
  })

  it('gets no code after it has stopped announcing its name', async () => {
    const announcing = await provider(true)
    const ref = await signIn(announcing, announcing.clientId)
    await announcing.close()
    const evil = await provider(false, { port: portOf(announcing) })
    const honest = await provider(false)
    const clientId = await registered(honest, 'http://127.0.0.1/callback')
    // Another run of Latchkey has the stored grant, and requests the metadata again.
    const stored = await world.repository.load(ref)
    if (stored === null) throw new Error('It is stored')
    world = oauthWorld()
    await world.repository.save(stored)
    const redirect = await browseToRedirect(sentOn(await startAgain(ref), honest, clientId))
    expect((await fetch(redirect)).status).toBe(400)
    expect([isWaiting(), tokenRequests(evil)]).toEqual([true, 0])
  })
})

describe('the redirect URI of an issuer of the person’s own', () => {
  it('is the shared one if answers name the issuer, and else its own', async () => {
    const [named, silent, other] = [await provider(true), await provider(false), await provider(false)]
    expect(await shown(named)).toBe('http://127.0.0.1/callback')
    expect(await shown(silent)).toMatch(/^http:\/\/127\.0\.0\.1\/callback\/[0-9a-f]{16}$/)
    expect(await shown(other)).not.toBe(await shown(silent))
  })

  it('is what the form shows and what signs in, renews and signs in again', async () => {
    const op = await provider(false)
    const ref = await signIn(op, await registered(op, await shown(op)))
    await world.tokens.refresh(ref)
    expect((await browse((await startAgain(ref)).href)).status).toBe(200)
    expect((await ending(world)).kind).toBe('done')
  })

  it('lets two issuers have the same client id', async () => {
    const named = await provider(true)
    const first = await signIn(named, named.clientId)
    const tried = await provider(false)
    const client = { ...clientAt(await shown(tried)), client_id: named.clientId }
    await tried.close()
    const silent = await provider(false, { port: portOf(tried), configuration: { clients: [client] } })
    const second = await signIn(silent, named.clientId)
    expect(first.service).not.toBe(second.service)
    expect([tokenRequests(named), tokenRequests(silent)]).toEqual([1, 1])
  })

  it('stays what a stored sign-in was made with, for it and for another account of the same client', async () => {
    const op = await provider(false)
    const clientId = await registered(op, 'http://127.0.0.1/callback')
    const fresh = await registered(op, await shown(op))
    const ref = await signIn(op, fresh)
    const held = await world.repository.load(ref)
    if (held?.kind !== 'oauth') throw new Error('It is a sign-in')
    // The form in which an earlier Latchkey stored it.
    const { namesIssuer: _absent, ...row } = held.provider
    const redirect = { ...row.redirect, path: '/callback' }
    await world.repository.save({
      ...held,
      client: { id: clientId, secret: null },
      provider: { ...row, redirect }
    })
    const again = await startAgain(ref)
    expect(redirectPathOf(again)).toBe('/callback')
    expect((await browse(again.href)).status).toBe(200)
    expect((await ending(world)).kind).toBe('done')
    expect(redirectPathOf(await start(op, clientId))).toBe('/callback')
  })

  it('is its own for a client that a person brings to an MCP server too', async () => {
    const op = await provider(false, { configuration: mcpConfiguration() })
    const server = await startProtectedResource({ issuer: op.issuer })
    try {
      const found = await reportOnMcp(server.url, world)
      expect(found.redirectUri).toBe(await shown(op))
      const clientId = await registered(op, found.redirectUri)
      const choice = { kind: 'mcp', server: server.url, name: 'Files', clientId } as const
      const scopes = [...found.scopes]
      await world.signIns.start({ kind: 'new', provider: choice, clientSecret: null, account: null, scopes })
      const page = new URL(world.surface.last.view.url)
      expect(redirectPathOf(page)).toBe(pathOf(found.redirectUri))
      expect((await browse(page.href)).status).toBe(200)
      expect((await ending(world)).kind).toBe('done')
    } finally {
      await server.close()
    }
  })

  it('of a row of the person’s own is not applied to older sign-ins', () => {
    const stored = { ...builtInRow('github'), id: 'forge' }
    const own = { ...stored, redirect: { ...stored.redirect, path: `/callback/${'0a'.repeat(8)}` } }
    const chosen = { ...stored, redirect: { ...stored.redirect, path: '/back' } }
    expect(rowInUse(stored, { find: () => own }).redirect).toEqual(stored.redirect)
    // Other changes of the row since then apply.
    const ports = { ...own, redirect: { ...own.redirect, ports: [28_418] } }
    expect(rowInUse(stored, { find: () => ports }).redirect).toEqual({ ...stored.redirect, ports: [28_418] })
    expect(rowInUse(stored, { find: () => chosen }).redirect.path).toBe('/back')
  })
})
