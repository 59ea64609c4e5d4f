import { createHash, randomBytes } from 'node:crypto'
import type { Vault } from '../src-main/vault/vault-ports.ts'
import { signInRequest } from '../test/support/oauth-world.ts'
import { browseToRedirect, CookieJar } from '../test/support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../test/support/openid-provider.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../test/support/vault-harness.ts'

const { AsyncEntry } = await import('@napi-rs/keyring')
const SCOPES = ['openid', 'email', 'offline_access', 'registry:read']
/** About the length of the records of these sign-ins. */
const RECORD_LENGTH = 2000
const REDIRECT = 'http://127.0.0.1:9/callback'

/** Gets a code from the provider; returns the parameters that exchange it by hand. */
async function newCode(op: OpenIdProvider, jar: CookieJar): Promise<URLSearchParams> {
  const verifier = randomBytes(32).toString('base64url')
  const request = new URL('/auth', op.issuer)
  request.search = new URLSearchParams({
    client_id: op.clientId,
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: SCOPES.join(' '),
    prompt: 'consent',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256'
  }).toString()
  const answer = new URL(await browseToRedirect(request.href, { jar }))
  return new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: op.clientId,
    redirect_uri: REDIRECT,
    code_verifier: verifier,
    code: answer.searchParams.get('code') ?? ''
  })
}

/** Times the token request alone, in milliseconds. */
async function bare(op: OpenIdProvider, jar: CookieJar): Promise<number> {
  const body = await newCode(op, jar)
  const begun = performance.now()
  const answer = await fetch(new URL('/token', op.issuer), { method: 'POST', body })
  const tokens = (await answer.json()) as { access_token?: string }
  const ms = performance.now() - begun
  if (tokens.access_token === undefined) throw new Error('The bare token request was refused.')
  return ms
}

/**
 * Times a second save of the credential just stored, then removes it: a keyring is written as a whole, so a
 * full one is slower.
 */
async function saveAgain({ repository }: Vault): Promise<number> {
  const [entry] = repository.list()
  const held = entry === undefined ? null : await repository.load(entry.ref)
  if (held === null) throw new Error('Nothing was stored.')
  const begun = performance.now()
  await repository.save(held)
  const ms = performance.now() - begun
  await repository.remove(held.ref)
  return ms
}

/**
 * Times the native module alone: it writes and reads an item as long as a stored sign-in. The connection is
 * not counted.
 */
async function bareItem(account: string): Promise<number> {
  const entry = new AsyncEntry('latchkey-bench', account, { linux: { store: 'secret-service' } })
  const value = 'x'.repeat(RECORD_LENGTH)
  const begun = performance.now()
  await entry.setPassword(value)
  const found = await entry.getPassword()
  const ms = performance.now() - begun
  if (found !== value) throw new Error('The item is not what was stored.')
  await entry.deletePassword()
  return ms
}

type Times = {
  readonly stored: number[]
  readonly saved: number[]
  readonly bare: number[]
  /** `bare` plus an item of the keychain. */
  readonly least: number[]
}

/**
 * Measures in turns: from the browser's request to the redirect address until the credential is stored; a
 * second save of the same record; the bare token request; and that request with the least work that stores
 * its answer.
 */
export async function callbackTimes(runs: number): Promise<Times> {
  const op = await startOpenIdProvider()
  const home = await newVaultHome()
  const { vault, surface } = await openTestVault({ home, store: 'keychain' })
  const jar = new CookieJar()
  const samples: Times = { stored: [], saved: [], bare: [], least: [] }
  let ended = Promise.withResolvers<void>()
  vault.on('signInChanged', ({ state }) => {
    if (state.kind === 'done') ended.resolve()
    if (state.kind === 'failed') ended.reject(new Error('The sign-in failed.'))
  })
  for (let run = 0; run <= runs; run += 1) {
    ended = Promise.withResolvers<void>()
    await vault.handlers.startSignIn(signInRequest(op, { scopes: SCOPES, account: `account-${String(run)}` }))
    const redirect = await browseToRedirect(surface.last.view.url, { jar })
    const begun = performance.now()
    const page = fetch(redirect)
    await ended.promise
    const ms = performance.now() - begun
    await (await page).text()
    const saved = await saveAgain(vault)
    const alone = await bare(op, jar)
    const item = await bareItem(`account-${String(run)}`)
    // The first run opens connections and loads the library.
    if (run > 0) {
      samples.stored.push(ms)
      samples.saved.push(saved)
      samples.bare.push(alone)
      samples.least.push(alone + item)
    }
  }
  await vault.close()
  await removeVaultHome(home)
  await op.close()
  return samples
}
