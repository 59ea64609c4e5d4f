import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type CredentialRef, refFromKey } from '#shared/credential.ts'
import type { Secret } from '../../../src-main/core/secret.ts'
import { signInRequest } from '../../support/oauth-world.ts'
import { browse } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'

/**
 * These tests kill a vault at each step of a refresh, between the request and the record, at a real provider.
 */

const program = fileURLToPath(new URL('journal-child.ts', import.meta.url))
type Step = 'unsent' | 'sent' | 'unstored' | 'unsettled'
type Row = { readonly step: string; readonly salt: string; readonly spent: string }

async function open(home: string): Promise<Harness> {
  const harness = await openTestVault({ home, store: 'file' })
  onTestFinished(() => harness.vault.close())
  return harness
}

async function signIn({ vault, surface }: Harness, op: OpenIdProvider): Promise<CredentialRef> {
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

const refreshes = ({ events }: OpenIdProvider): number =>
  events.filter(({ kind, detail }) => kind === 'grant.success' && detail === 'refresh_token').length
const refused = ({ events }: OpenIdProvider): number =>
  events.filter(({ kind }) => kind === 'grant.error').length
const text = (secret: Secret | null): string => secret?.expose((value) => value) ?? ''

function journalOf(home: string): Row[] {
  const database = new DatabaseSync(join(home, 'catalog.db'), { readOnly: true, timeout: 20_000 })
  try {
    return database.prepare('SELECT step, salt, spent FROM refreshes').all() as unknown as Row[]
  } finally {
    database.close()
  }
}

/** A home with one sign-in whose vault was killed at that step of a refresh. */
async function killedAt(step: Step, rotate = true) {
  const op = await startOpenIdProvider({ rotate })
  onTestFinished(() => op.close())
  const home = await newVaultHome()
  onTestFinished(() => removeVaultHome(home))
  const before = await openTestVault({ home, store: 'file' })
  const ref = await signIn(before, op)
  const first = await before.vault.tokens.current(ref)
  await before.vault.close()
  if (first?.kind !== 'oauth') throw new Error('There is no grant.')
  const child = spawn(process.execPath, [program, home, ref.service, ref.account, step], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line))
  await expect.poll(() => said, { timeout: 20_000 }).toContain('ready')
  if (step === 'sent') op.disturb(({ path }) => (path === '/token' ? { kind: 'hold-after' } : null))
  child.stdin.write('\n')
  if (step === 'sent') await expect.poll(() => refreshes(op), { timeout: 20_000 }).toBe(1)
  else await expect.poll(() => said, { timeout: 20_000 }).toContain('stopped')
  const journal = journalOf(home)
  const ended = once(child, 'close')
  child.kill('SIGKILL')
  await ended
  op.disturb(null)
  expect(said).not.toContain('done')
  return { op, home, ref, first, journal }
}

async function works(op: OpenIdProvider, { vault }: Harness, ref: CredentialRef): Promise<void> {
  const token = await vault.tokens.getToken(ref)
  const response = await fetch(`${op.issuer}/me`, { headers: { authorization: `Bearer ${text(token)}` } })
  await response.body?.cancel()
  expect(response.status).toBe(200)
  expect(vault.repository.find(ref)?.health).toEqual({ kind: 'ok' })
  expect(op.events.filter(({ kind }) => kind === 'grant.revoked')).toEqual([])
  // The grant still works.
  await vault.tokens.refresh(ref)
}

test('Killed before the request left, the next start refreshes with the same token, which works', async () => {
  const { op, home, ref, journal } = await killedAt('unsent')
  expect(journal).toMatchObject([{ step: 'asked' }])
  expect(refreshes(op)).toBe(0)
  const after = await open(home)
  await expect.poll(() => refreshes(op)).toBe(1)
  await works(op, after, ref)
  expect(journalOf(home)).toEqual([])
})

test.each([
  ['sent', 'asked'],
  ['unstored', 'answered']
] as const)(
  'Killed when the provider has rotated and nothing is stored (%s), the start says that the rotation is lost, once',
  async (step, written) => {
    const { op, home, ref, first, journal } = await killedAt(step)
    expect(journal).toMatchObject([{ step: written }])
    const after = await open(home)
    await expect
      .poll(() => after.vault.repository.find(ref)?.health)
      .toMatchObject({ kind: 'needs-sign-in', code: 'ROTATION_LOST' })
    const rejected = first.tokens.accessToken
    const lost = { code: 'ROTATION_LOST', remedy: 'sign-in' }
    await expect(after.vault.tokens.getToken(ref, { rejected })).rejects.toMatchObject(lost)
    const kept = await after.vault.tokens.current(ref)
    expect(kept?.kind === 'oauth' && text(kept.tokens.refreshToken)).toBe(text(first.tokens.refreshToken))
    expect(refused(op)).toBe(1)
    await after.vault.close()
    const later = await open(home)
    await expect(later.vault.tokens.getToken(ref, { rejected })).rejects.toMatchObject(lost)
    expect(refused(op)).toBe(1)
  }
)

test.each(['sent', 'unstored'] as const)(
  'Killed at the same step (%s) at a provider that does not rotate, the old token goes on',
  async (step) => {
    const { op, home, ref } = await killedAt(step, false)
    const after = await open(home)
    await expect.poll(() => refreshes(op)).toBe(2)
    await works(op, after, ref)
    expect(journalOf(home)).toEqual([])
  }
)

test('Killed when the new tokens are stored, the next start has them and sends no request', async () => {
  const { op, home, ref, first, journal } = await killedAt('unsettled')
  expect(journal).toMatchObject([{ step: 'answered' }])
  const after = await open(home)
  await expect.poll(() => journalOf(home)).toEqual([])
  expect(refreshes(op)).toBe(1)
  const now = await after.vault.tokens.current(ref)
  expect(now?.kind === 'oauth' && text(now.formerRefreshToken)).toBe(text(first.tokens.refreshToken))
  await works(op, after, ref)
  expect(refreshes(op)).toBe(2)
})

test('A new sign-in after a lost rotation is all that is needed', async () => {
  const { op, home, ref } = await killedAt('unstored')
  const after = await open(home)
  await expect.poll(() => after.vault.repository.find(ref)?.health.kind).toBe('needs-sign-in')
  await after.vault.handlers.startSignIn({
    kind: 'again',
    credential: JSON.stringify([ref.service, ref.account])
  })
  await browse(after.surface.last.view.url)
  await expect.poll(() => after.vault.repository.find(ref)?.health).toEqual({ kind: 'ok' })
  expect(journalOf(home)).toEqual([])
  await after.vault.tokens.refresh(ref)
  expect(refreshes(op)).toBe(2)
})

test('The journal knows a token by a salted mark and holds nothing of it', async () => {
  const { first, journal } = await killedAt('unsent')
  const token = text(first.tokens.refreshToken)
  const [row] = journal
  expect(row?.spent).toMatch(/^[0-9a-f]{16}$/)
  expect(row?.salt).toMatch(/^[0-9a-f]{32}$/)
  expect(JSON.stringify(journal)).not.toContain(token.slice(0, 8))
})
