import { beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { type ClientChange } from '#shared/client-change.ts'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../credential-record.ts'
import type { OAuthProvider } from '../provider.ts'
import { Secret } from '../secret.ts'
import { alone } from '../testing/alone.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { FakeOAuthClient } from '../testing/fake-oauth-client.ts'
import { MemoryJournal } from '../testing/memory-journal.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { START, sampleGrant, sampleKey, sampleProvider } from '../testing/samples.ts'
import { HOUR, SECOND } from '../tokens/lifetime.ts'
import { TokenService } from '../tokens/token-service.ts'
import { changeClient } from './client-change.ts'

const { ref } = sampleGrant()
const clientMark = ({ id, secret }: OAuthGrant['client']): string =>
  `${id}/${secret?.expose((text) => text) ?? ''}`
let clock: FakeClock
let repository: MemoryRepository
let oauth: FakeOAuthClient
let journal: MemoryJournal
let tokens: TokenService
/** Rows of the directory. Empty: the row of the sign-in was made for an address. */
let rows: OAuthProvider[]

beforeEach(() => {
  clock = new FakeClock(START)
  repository = new MemoryRepository()
  oauth = new FakeOAuthClient(clock)
  journal = new MemoryJournal()
  rows = []
  tokens = process()
})

/** Returns a token service of its own, as each process has one. */
function process(): TokenService {
  return new TokenService({
    repository,
    oauth,
    clock,
    journal,
    clientMark,
    lock: alone,
    random: () => 0.5,
    onRefreshing: () => undefined
  })
}

async function change(part: Partial<ClientChange>): Promise<void> {
  const wish: ClientChange = {
    credential: credentialKey(ref),
    clientId: 'client-1',
    secret: { kind: 'keep' },
    ...part
  }
  const providers = { find: (id: string) => rows.find((row) => row.id === id) ?? null }
  await changeClient(ref, wish, { repository, tokens, providers, clientMark })
}

async function held(): Promise<OAuthGrant> {
  const grant = await repository.load(ref)
  if (grant?.kind !== 'oauth') throw new Error('There is no sign-in.')
  return grant
}

const secretOf = ({ client }: OAuthGrant): string | null => client.secret?.expose((text) => text) ?? null

describe('changing the client of a sign-in', () => {
  it('keeps the tokens, and the next refresh is made with the new client', async () => {
    await repository.save(sampleGrant())
    const { tokens: before } = await held()
    await change({ clientId: 'client-2', secret: { kind: 'set', secret: 'new-secret' } })
    const after = await held()
    expect(after.tokens).toEqual(before)
    expect([after.client.id, secretOf(after)]).toEqual(['client-2', 'new-secret'])
    expect(repository.find(ref)?.clientId).toBe('client-2')
  })

  it.each([
    [{ kind: 'keep' }, 'old-secret'],
    [{ kind: 'remove' }, null],
    [{ kind: 'set', secret: 'new-secret' }, 'new-secret']
  ] as const)('does with the secret what was asked for: %j', async (secret, expected) => {
    await repository.save(sampleGrant({ client: { id: 'client-1', secret: new Secret('old-secret') } }))
    await change({ clientId: 'client-2', secret })
    expect(secretOf(await held())).toBe(expected)
  })

  it.each(['CLIENT_REFUSED', 'CLIENT_CHANGED'] as const)(
    'takes %s away, so that the next refresh is tried',
    async (code) => {
      await repository.save(sampleGrant({ clientMark: clientMark({ id: 'client-1', secret: null }) }))
      oauth.next.push(...Array.from({ length: 3 }, () => new VaultError(code)))
      clock.jump(2 * HOUR)
      for (let tries = 0; tries < 3; tries += 1) {
        await tokens.getToken(ref).catch(() => null)
        await clock.pass(HOUR)
      }
      const spentBefore = oauth.spent.length
      await expect(tokens.getToken(ref)).rejects.toMatchObject({ code })
      expect(oauth.spent).toHaveLength(spentBefore)
      oauth.next.length = 0
      await change({ secret: { kind: 'set', secret: 'right-secret' } })
      expect(repository.find(ref)?.health).toEqual({ kind: 'ok' })
      await tokens.getToken(ref)
      expect(oauth.spent).toHaveLength(spentBefore + 1)
    }
  )

  it('is what a refusal is put down to afterwards, also for a record from before clients were marked', async () => {
    await repository.save(sampleGrant())
    await change({ clientId: 'client-2' })
    oauth.next.push(new VaultError('REFRESH_REJECTED'))
    await expect(tokens.refresh(ref)).rejects.toMatchObject({ code: 'CLIENT_CHANGED' })
  })

  it('is settled by a refresh that works: a later refusal has another reason', async () => {
    await repository.save(sampleGrant())
    await change({ secret: { kind: 'set', secret: 'right-secret' } })
    await tokens.refresh(ref)
    clock.jump(2 * HOUR)
    oauth.next.push(new VaultError('REFRESH_REJECTED'))
    await expect(tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
  })

  it('stores the rotated token that could not be stored, and not the spent one', async () => {
    await repository.save(sampleGrant())
    repository.failSave = new VaultError('STORE_WRITE_FAILED')
    await tokens.refresh(ref)
    repository.failSave = null
    await change({ clientId: 'client-2' })
    expect((await held()).tokens.refreshToken?.expose((text) => text)).toBe('refresh-2')
  })

  it('leaves what is known of a refresh that was cut off: the rotation that was lost then is still told', async () => {
    await repository.save(sampleGrant())
    const { tokens: before } = await held()
    if (before.refreshToken !== null) journal.begin(ref, before.refreshToken, START)
    await change({ clientId: 'client-2' })
    await change({ clientId: 'client-1' })
    oauth.next.push(new VaultError('REFRESH_REJECTED'))
    await expect(tokens.refresh(ref)).rejects.toMatchObject({ code: 'ROTATION_LOST' })
  })

  it('waits while another process tries to store the successor of the token', async () => {
    await repository.save(sampleGrant())
    repository.failSave = new VaultError('STORE_WRITE_FAILED')
    await tokens.refresh(ref)
    repository.failSave = null
    const other = tokens
    tokens = process()
    await clock.pass(30 * SECOND)
    await expect(change({ clientId: 'client-2' })).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
    await other.refresh(ref)
    await change({ clientId: 'client-2' })
    const after = await held()
    expect(after.client.id).toBe('client-2')
    expect(after.tokens.refreshToken?.expose((text) => text)).toBe('refresh-2')
    expect(oauth.spent).toHaveLength(1)
  })

  it('to the same client stores nothing and leaves the health as it is', async () => {
    await repository.save(sampleGrant())
    repository.setHealth(ref, { kind: 'needs-sign-in', code: 'CLIENT_CHANGED', since: START })
    await change({})
    expect(repository.saved).toHaveLength(1)
    expect(repository.find(ref)?.health.kind).toBe('needs-sign-in')
  })

  it('that can not be stored leaves the record and its health as they are', async () => {
    await repository.save(sampleGrant())
    repository.setHealth(ref, { kind: 'needs-sign-in', code: 'CLIENT_CHANGED', since: START })
    repository.failSave = new VaultError('STORE_WRITE_FAILED')
    await expect(change({ clientId: 'client-2' })).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
    expect((await held()).client.id).toBe('client-1')
    expect(repository.find(ref)?.health.kind).toBe('needs-sign-in')
  })

  it('may go without a secret only where the provider’s row allows it', async () => {
    const provider: OAuthProvider = { ...sampleProvider, clientAuth: 'post' }
    const client = { id: 'client-1', secret: new Secret('old-secret') }
    await repository.save(sampleGrant({ provider, client }))
    rows = [provider]
    await expect(change({ secret: { kind: 'remove' } })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    rows = []
    await change({ secret: { kind: 'remove' } })
    const { provider: row, client: after } = await held()
    expect([row.clientAuth, after.secret]).toEqual(['none', null])
  })

  it('is refused for a key and for nothing', async () => {
    const providers = { find: () => null }
    const wish: ClientChange = { credential: '', clientId: 'a', secret: { kind: 'keep' } }
    const ports = { repository, tokens, providers, clientMark }
    await expect(changeClient(ref, wish, ports)).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
    await repository.save(sampleKey())
    await expect(changeClient(sampleKey().ref, wish, ports)).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
  })
})
