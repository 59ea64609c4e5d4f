import { expect, onTestFinished, test } from 'vitest'
import { type CredentialRef, refFromKey } from '#shared/credential.ts'
import type { OAuthGrant } from '../../../src-main/core/credential-record.ts'
import { signInRequest } from '../../support/oauth-world.ts'
import { browse } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { type Harness, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'

async function signedIn(): Promise<{ op: OpenIdProvider; harness: Harness; ref: CredentialRef }> {
  const op = await startOpenIdProvider()
  onTestFinished(() => op.close())
  const harness = await openTestVault({ store: 'file', hasKeychain: false })
  const { vault, surface, home } = harness
  onTestFinished(async () => {
    await vault.close()
    await removeVaultHome(home)
  })
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
  return { op, harness, ref }
}

test('A client that was edited is reported as edited, keeps its sign-in, and works again once it is restored', async () => {
  const { op, harness, ref } = await signedIn()
  const { tokens, repository } = harness.vault
  const held = (await tokens.current(ref)) as OAuthGrant
  const store = (id: string): Promise<unknown> =>
    tokens.exclusively(ref, () => repository.save({ ...held, client: { ...held.client, id } }))

  await store('somebody-else')
  await expect(tokens.refresh(ref)).rejects.toMatchObject({ code: 'CLIENT_CHANGED', remedy: 'sign-in' })
  expect(repository.find(ref)?.health).toMatchObject({ kind: 'needs-sign-in', code: 'CLIENT_CHANGED' })

  await store(held.client.id)
  await tokens.refresh(ref)
  expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
  expect(op.events.filter(({ kind }) => kind === 'grant.revoked')).toEqual([])
})

test('An unchanged client that the provider does not know is reported as refused and tried again', async () => {
  const { harness, ref } = await signedIn()
  const { tokens, repository } = harness.vault
  const held = (await tokens.current(ref)) as OAuthGrant
  const client = { ...held.client, id: 'never-registered' }
  await tokens.exclusively(ref, () => repository.save({ ...held, client, clientMark: null }))
  await expect(tokens.refresh(ref)).rejects.toMatchObject({ code: 'CLIENT_REFUSED' })
  expect(repository.find(ref)?.health).toMatchObject({
    kind: 'refresh-failing',
    code: 'CLIENT_REFUSED',
    failures: 1,
    nextTryAt: expect.any(Date) as Date
  })
})
