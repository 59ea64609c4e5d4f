import { createHash } from 'node:crypto'
import { type CredentialRef, refFromKey } from '#shared/credential.ts'
import type { Secret } from '../../src-main/core/secret.ts'
import { signInRequest } from './oauth-world.ts'
import { browse } from './openid-browser.ts'
import type { OpenIdProvider } from './openid-provider.ts'
import type { Harness } from './vault-harness.ts'

/** Signs in at the provider as a person would; returns the new credential. */
export async function signInTo({ vault, surface }: Harness, op: OpenIdProvider): Promise<CredentialRef> {
  const ended = new Promise<string>((resolve, reject) => {
    vault.on('signInChanged', ({ state }) => {
      if (state.kind === 'done') resolve(state.credential)
      if (state.kind === 'failed') reject(new Error('The sign-in failed.'))
    })
  })
  await vault.handlers.startSignIn(signInRequest(op))
  await browse(surface.last.view.url)
  const ref = refFromKey(await ended)
  if (ref === null) throw new Error('The sign-in brought no credential.')
  return ref
}

/** Digest of a token, which may be printed. */
export const digestOf = (token: Secret): string =>
  token.expose((text) => createHash('sha256').update(text).digest('hex'))

/** Number of refresh tokens that the provider exchanged for new ones. */
export const refreshes = ({ events }: OpenIdProvider): number =>
  events.filter(({ kind, detail }) => kind === 'grant.success' && detail === 'refresh_token').length

/** Number of requests to the token endpoint, successful or not. */
export const tokenRequests = (op: OpenIdProvider): number =>
  op.requests().filter((request) => request === 'POST /token').length

/** Number of grants that the provider ended because a used refresh token came again. */
export const revocations = ({ events }: OpenIdProvider): number =>
  events.filter(({ kind }) => kind === 'grant.revoked').length

/** Status with which the provider's own API answers to this token. */
export async function statusOf(op: OpenIdProvider, token: Secret): Promise<number> {
  const authorization = token.expose((text) => `Bearer ${text}`)
  const response = await fetch(`${op.issuer}/me`, { headers: { authorization } })
  await response.body?.cancel()
  return response.status
}
