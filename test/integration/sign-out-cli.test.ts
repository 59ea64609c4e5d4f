import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CredentialRef, refFromKey } from '#shared/credential.ts'
import type { DoctorReport, DoctorRow } from '#shared/doctor.ts'
import { browse } from '../support/openid-browser.ts'
import { signInRequest } from '../support/oauth-world.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import { type CliEnd, runCli } from '../support/run-cli.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'

let op: OpenIdProvider
let home: string
beforeEach(async () => {
  op = await startOpenIdProvider()
  home = await newVaultHome()
})
afterEach(async () => {
  await op.close()
  await removeVaultHome(home)
})

function latchkey(args: readonly string[]): Promise<CliEnd> {
  const store = { LATCHKEY_STORE: 'file', LATCHKEY_INSECURE_LOOPBACK_ISSUERS: '1' }
  return runCli(args, { LATCHKEY_HOME: home, ...store })
}

/** Signs in with the whole vault on the home, and closes it. */
async function signedIn(): Promise<CredentialRef> {
  const { vault, surface } = await openTestVault({ home, store: 'file' })
  const ended = new Promise<string>((resolve) => {
    vault.on('signInChanged', ({ state }) => {
      if (state.kind === 'done') resolve(state.credential)
    })
  })
  await vault.handlers.startSignIn(signInRequest(op))
  await browse(surface.last.view.url)
  const ref = refFromKey(await ended)
  await vault.close()
  if (ref === null) throw new Error('The sign-in brought no credential.')
  return ref
}

function rowOf({ out }: CliEnd): DoctorRow | undefined {
  return (JSON.parse(out) as DoctorReport).rows.find(({ id }) => id === 'sign-outs')
}

const revocations = (): number => op.requests().filter((one) => one === 'POST /token/revocation').length

describe('signing out on the command line', () => {
  it('revokes at the provider and deletes here, and there is nothing to sign out of then', async () => {
    const { service, account } = await signedIn()
    const done = await latchkey(['sign-out', service, account])
    expect(done).toMatchObject({ code: 0, errors: '' })
    expect(done.out).toMatch(/deleted\nAt the provider: revoked/)
    expect(revocations()).toBeGreaterThan(0)
    const again = await latchkey(['sign-out', service, account])
    expect(again).toMatchObject({ code: 70, errors: expect.stringContaining('There is no entry') })
  })

  it('deletes here though the provider is gone, and says that it confirmed nothing', async () => {
    const { service, account } = await signedIn()
    op.disturb(() => ({ kind: 'drop-before' }))
    const done = await latchkey(['sign-out', '--json', service, account])
    expect(done.code).toBe(1)
    expect(JSON.parse(done.out)).toEqual({ removed: true, revoked: 'no', isNoted: true })
  })

  it('is listed by the doctor as not confirmed until a person says in the window that it is done', async () => {
    const { service, account } = await signedIn()
    op.disturb(() => ({ kind: 'drop-before' }))
    const done = await latchkey(['sign-out', service, account])
    expect(done.out).toContain('“latchkey sign-outs” lists it until you mark it as done')
    op.disturb(null)
    await signedIn()
    const listed = await latchkey(['doctor', '--json'])
    expect(rowOf(listed)).toMatchObject({
      state: 'warning',
      fact: expect.stringContaining(`Example ID, ${account}`),
      remedy: expect.stringContaining('in the window’s Doctor or with “latchkey sign-outs”')
    })
    for (const { value } of op.issued()) expect(listed.out).not.toContain(value)
    const { vault, opened } = await openTestVault({ home, store: 'file' })
    const told: number[] = []
    vault.on('signOutsChanged', (notes) => told.push(notes.length))
    const { signOuts } = await vault.handlers.getSnapshot()
    expect(signOuts).toMatchObject([{ name: 'Example ID', account, host: new URL(op.issuer).host }])
    await expect(vault.handlers.openSignOutPage(signOuts[0]?.id ?? '')).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
    await vault.handlers.putSignOutsAway()
    await vault.handlers.forgetSignOut(signOuts[0]?.id ?? '')
    await vault.close()
    expect([told, opened]).toEqual([[1, 0], []])
    expect(rowOf(await latchkey(['doctor', '--json']))).toMatchObject({ state: 'ok' })
  })

  it('only forgets when told so: the provider hears nothing', async () => {
    const { service, account } = await signedIn()
    const before = op.requests().length
    expect(await latchkey(['sign-out', '--forget', service, account])).toMatchObject({ code: 0 })
    expect(op.requests()).toHaveLength(before)
  })
})
