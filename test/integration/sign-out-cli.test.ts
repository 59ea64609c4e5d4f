import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialKey, type CredentialRef, refFromKey } from '#shared/credential.ts'
import type { DoctorReport, DoctorRow } from '#shared/doctor.ts'
import { type OpenApp, openTestApp } from '../support/open-app.ts'
import { browse } from '../support/openid-browser.ts'
import { signInRequest } from '../support/oauth-world.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import { type CliEnd, runCli } from '../support/run-cli.ts'
import { newVaultHome, removeVaultHome } from '../support/vault-harness.ts'
import { endVaults, statusOf } from '../support/vault-processes.ts'
import { shownCredentials } from '../support/shown-credentials.ts'

let op: OpenIdProvider
let home: string
let app: OpenApp | null
beforeEach(async () => {
  op = await startOpenIdProvider()
  home = await newVaultHome()
  app = null
})
afterEach(async () => {
  await closeApp()
  await endVaults(home)
  await op.close()
  await removeVaultHome(home)
})

/** Opens the vault as the app has it. */
async function openApp(): Promise<OpenApp> {
  return (app ??= await openTestApp({ home, store: 'file' }))
}
async function closeApp(): Promise<void> {
  await app?.close()
  app = null
}

function latchkey(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliEnd> {
  return runCli(args, { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file', ...env })
}

/** Signs in with the app. */
async function signedIn(): Promise<CredentialRef> {
  const { vault, surface } = await openApp()
  const ended = new Promise<string>((resolve) => {
    const stop = vault.on('signInChanged', ({ state }) => {
      if (state.kind !== 'done') return
      stop()
      resolve(state.credential)
    })
  })
  await vault.handlers.startSignIn(signInRequest(op))
  await browse(surface.last.view.url)
  const ref = refFromKey(await ended)
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
    expect(again).toEqual({
      code: 4,
      out: '',
      errors: 'latchkey: There is no entry with this service and account. (UNKNOWN_SERVICE)\n'
    })
  })

  it('goes through the app that is open on the home, and its window shows that the entry is gone', async () => {
    const ref = await signedIn()
    const { vault } = await openApp()
    const removed: string[] = []
    vault.on('changed', (change) => removed.push(...change.removed))
    expect(await latchkey(['sign-out', ref.service, ref.account])).toMatchObject({ code: 0, errors: '' })
    expect(removed).toEqual([credentialKey(ref)])
    expect(await shownCredentials(vault)).toEqual([])
    expect((await statusOf(home)).holder).toBe('app')
  })

  it('deletes here though the provider is gone, and says that it confirmed nothing', async () => {
    const { service, account } = await signedIn()
    op.disturb(() => ({ kind: 'drop-before' }))
    const done = await latchkey(['sign-out', '--json', 'all', service, account])
    expect(done.code).toBe(1)
    expect(JSON.parse(done.out)).toEqual({ removed: true, revoked: 'no', isNoted: true })
  })

  it('is listed by the doctor as not confirmed until a person says in the window that it is done', async () => {
    const { service, account } = await signedIn()
    const { vault, opened } = await openApp()
    const told: number[] = []
    vault.on('signOutsChanged', (notes) => told.push(notes.length))
    op.disturb(() => ({ kind: 'drop-before' }))
    const done = await latchkey(['sign-out', service, account])
    expect(done.out).toContain('“latchkey sign-outs” lists it until you mark it as done')
    op.disturb(null)
    await signedIn()
    const listed = await latchkey(['doctor', '--json', 'all'])
    expect(rowOf(listed)).toMatchObject({
      state: 'warning',
      fact: expect.stringContaining(`Example ID, ${account}`),
      remedy: expect.stringContaining('in the window’s Doctor or with “latchkey sign-outs”')
    })
    for (const { value } of op.issued()) expect(listed.out).not.toContain(value)
    const { signOuts } = await vault.handlers.getSnapshot()
    expect(signOuts).toMatchObject([{ name: 'Example ID', account, host: new URL(op.issuer).host }])
    await expect(vault.handlers.openSignOutPage(signOuts[0]?.id ?? '')).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
    await vault.handlers.putSignOutsAway()
    await vault.handlers.forgetSignOuts(signOuts.map(({ id }) => id))
    expect([told, opened]).toEqual([[1, 1, 0], []])
    expect(rowOf(await latchkey(['doctor', '--json', 'all']))).toMatchObject({ state: 'ok' })
  })

  it('only forgets when told so: the provider hears nothing', async () => {
    const { service, account } = await signedIn()
    const before = op.requests().length
    expect(await latchkey(['sign-out', '--forget', service, account])).toMatchObject({ code: 0 })
    expect(op.requests()).toHaveLength(before)
    expect((await openApp()).vault.repository.list()).toEqual([])
  })

  it('is for the person: a paired program is refused, and nothing is deleted', async () => {
    const { service, account } = await signedIn()
    const key = join(home, 'build.key')
    expect((await latchkey(['pair', 'build', '--key-file', key])).code).toBe(0)
    for (const forget of [[], ['--forget']]) {
      const args = ['sign-out', ...forget, service, account]
      expect(await latchkey(args, { LATCHKEY_CLIENT_KEY: key })).toEqual({
        code: 64,
        out: '',
        errors: 'latchkey: Only the person may ask for this, not a program. (INVALID_REQUEST)\n'
      })
    }
    expect(revocations()).toBe(0)
    expect((await openApp()).vault.repository.list()).toHaveLength(1)
  })
})
