import { describe, expect, it } from 'vitest'
import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { ImportPreview } from '#shared/transfer.ts'
import type { Credential } from '../credential-record.ts'
import { ImportService } from './import-service.ts'
import { Secret } from '../secret.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { sampleGrant, sampleKey, sampleTokens, START } from '../testing/samples.ts'
import type { Found, FoundEntry, ImportText, OnStep } from './transfer-ports.ts'

const SEALED = new Secret('sealed')
const TEXT = new Secret('text')

const keyAt = (account: string, key = `sk_test_${account}_0123456789`): Credential => ({
  ...sampleKey(),
  ref: { service: 'stripe', account },
  key: new Secret(key)
})

function entryOf(credential: Credential): FoundEntry {
  const { ref, kind } = credential
  return { ref, name: 'Stripe', kind, credential, note: null }
}

function foundOf(credentials: readonly Credential[], change: Partial<Found> = {}): Found {
  return {
    format: 'env',
    entries: credentials.map(entryOf),
    skipped: [],
    leavesSecrets: false,
    rest: null,
    ...change
  }
}

type Given = { readonly found?: Found; readonly isOwn?: boolean; readonly takes?: boolean }

function newImport({ found = foundOf([keyAt('a'), keyAt('b')]), isOwn = true, takes = true }: Given = {}) {
  const clock = new FakeClock(START)
  const repository = new MemoryRepository()
  const taken: (string | null)[] = []
  const turns: CredentialRef[] = []
  let ids = 0
  const service = new ImportService({
    clock,
    newId: () => `import-${(ids += 1)}`,
    reader: {
      isSealed: (text) => text === SEALED,
      open: async (_text, secret) => {
        if (!secret.equals(new Secret('right'))) throw new VaultError('INVALID_REQUEST')
        return { ...found, format: 'latchkey' }
      },
      read: async () => found
    },
    repository,
    current: (ref) => repository.load(ref),
    exclusively: async (ref, task) => {
      turns.push(ref)
      return await task()
    },
    hostsOf: (service) => (service === 'stripe' ? ['api.stripe.com', 'files.stripe.com'] : null),
    isEqual: (one, other) => one === other,
    onImported: () => taken.push('imported')
  })
  const source = (text: Secret): ImportText => ({
    text,
    fileName: '.env',
    path: '~/.env',
    file: {
      isOwn,
      take: async (rest) => {
        taken.push(rest)
        return takes
      }
    }
  })
  const preview = (text = TEXT, onStep?: OnStep) => service.preview(source(text), onStep)
  return { service, clock, repository, taken, turns, preview }
}

function rowsOf(preview: ImportPreview): Extract<ImportPreview, { kind: 'rows' }> {
  if (preview.kind !== 'rows') throw new Error('it is sealed')
  return preview
}
const all = { rows: [0, 1], replace: false, removePlaintext: true }

describe('an import', () => {
  it('stores the chosen rows, reads them back and takes the plaintext away', async () => {
    const { preview, service, repository, taken, turns } = newImport()
    const { id, removable } = rowsOf(await preview())
    expect(removable).toBe(true)
    expect(await service.run({ ...all, id })).toMatchObject({ imported: 2, plaintext: 'removed' })
    expect(repository.list()).toHaveLength(2)
    expect(turns).toHaveLength(2)
    expect(taken).toEqual(['imported', null])
  })

  it('keeps the file when a row was not chosen, was refused by the store, or the file changed', async () => {
    const partly = newImport()
    const first = rowsOf(await partly.preview())
    expect(await partly.service.run({ ...all, id: first.id, rows: [1] })).toMatchObject({ plaintext: 'kept' })
    const failing = newImport()
    const second = rowsOf(await failing.preview())
    failing.repository.failSave = new VaultError('STORE_WRITE_FAILED')
    const report = await failing.service.run({ ...all, id: second.id })
    expect(report).toMatchObject({ imported: 0, plaintext: 'kept' })
    expect(report.rows.map(({ result }) => result)).toEqual(['failed', 'failed'])
    expect(failing.taken).toEqual([])
    const changed = newImport({ takes: false })
    const third = rowsOf(await changed.preview())
    expect(await changed.service.run({ ...all, id: third.id })).toMatchObject({
      imported: 2,
      plaintext: 'kept'
    })
  })

  it.each([
    [
      'something that was left out may be a secret',
      { found: foundOf([keyAt('a')], { leavesSecrets: true }) }
    ],
    ['the file is not the person’s own', { isOwn: false }],
    [
      'an entry can not be kept',
      { found: foundOf([], { entries: [{ ...entryOf(keyAt('a')), credential: null }] }) }
    ],
    ['it has no entry', { found: foundOf([]) }]
  ])('does not offer to take the file away when %s', async (_why, given) => {
    const { preview, service, taken } = newImport(given)
    const { id, removable } = rowsOf(await preview())
    expect(removable).toBe(false)
    expect((await service.run({ ...all, id, rows: [0] })).plaintext).toBe('kept')
    expect(taken.filter((rest) => rest === null)).toEqual([])
  })

  it('never opens a turn for what is stored already: a turn forgets a token that is not stored yet', async () => {
    const { preview, service, repository, turns } = newImport()
    await repository.save(keyAt('a'))
    const { id, rows } = rowsOf(await preview())
    expect(rows.map(({ state }) => state)).toEqual(['same', 'new'])
    const report = await service.run({ ...all, id })
    expect(report.rows.map(({ result }) => result)).toEqual(['unchanged', 'imported'])
    expect(turns.map(({ account }) => account)).toEqual(['b'])
  })

  it('replaces another value only when it may, and another kind never', async () => {
    const grant = sampleGrant({ ref: { service: 'stripe', account: 'b' } })
    for (const replace of [false, true]) {
      const { preview, service, repository } = newImport()
      await repository.save(keyAt('a', 'sk_test_other_0123456789'))
      await repository.save(grant)
      const { id, rows } = rowsOf(await preview())
      expect(rows.map(({ state }) => state)).toEqual(['replaces', 'refused'])
      const report = await service.run({ ...all, id, replace })
      expect(report.rows.map(({ result }) => result)).toEqual([replace ? 'imported' : 'failed', 'failed'])
      expect(await repository.load(grant.ref)).toBe(grant)
    }
  })

  it('does not trust a store that gives something else back', async () => {
    const { preview, service, repository } = newImport()
    const { id } = rowsOf(await preview())
    repository.load = async () => keyAt('a', 'sk_test_something_else')
    const report = await service.run({ ...all, id })
    expect(report).toMatchObject({ imported: 0, plaintext: 'kept' })
  })

  it('saves no further row once it is stopped, and keeps the file', async () => {
    const { preview, service, repository, taken } = newImport()
    const { id } = rowsOf(await preview())
    const stop = { aborted: false }
    const save = repository.save.bind(repository)
    repository.save = async (credential) => {
      stop.aborted = true
      return await save(credential)
    }
    expect(await service.run({ ...all, id }, { stop })).toMatchObject({ imported: 1, plaintext: 'kept' })
    expect(repository.list()).toHaveLength(1)
    expect(taken).toEqual(['imported'])
  })

  it('tells how far it is, while it compares and while it saves', async () => {
    const { preview, service } = newImport()
    const told: unknown[] = []
    const onStep = (...step: readonly unknown[]): void => void told.push(step)
    const steps = [
      [0, 2],
      [1, 2]
    ]
    await preview(TEXT, onStep)
    expect(told.splice(0)).toEqual(steps)
    const { id } = await preview(SEALED, onStep)
    expect(told).toEqual([])
    await service.open(id, new Secret('right'), onStep)
    expect(told.splice(0)).toEqual(steps)
    await service.run({ ...all, id }, { onStep })
    expect(told).toEqual(steps)
  })

  it('takes the first of two entries for one place', async () => {
    const found = foundOf([keyAt('a'), keyAt('a', 'sk_test_second_0123456789')])
    const { preview, service, repository } = newImport({ found })
    const { id, rows } = rowsOf(await preview())
    expect(rows.map(({ state }) => state)).toEqual(['new', 'refused'])
    expect(await service.run({ ...all, id })).toMatchObject({ imported: 1, plaintext: 'kept' })
    expect(repository.saved).toHaveLength(1)
  })

  it('warns that a sign-in renews on one computer, and that an older one may end both', async () => {
    const grant = sampleGrant()
    const { preview, repository } = newImport({ found: foundOf([grant]) })
    expect(rowsOf(await preview()).rows[0]?.note).toContain('Only one computer')
    const newer = sampleTokens({
      issuedAt: new Date(START.getTime() + 1),
      accessToken: new Secret('access-2')
    })
    await repository.save({ ...grant, tokens: newer })
    expect(rowsOf(await preview()).rows[0]).toMatchObject({
      state: 'replaces',
      note: expect.stringContaining('newer')
    })
  })

  it('shows nothing of a value but its mask', async () => {
    const { preview } = newImport()
    const text = JSON.stringify(await preview())
    expect(text).toContain('sk••••••••89')
    expect(text).not.toContain('_a_0123')
  })
})

describe('an import that waits', () => {
  it('is forgotten after ten minutes, when it is cancelled, and after it ran', async () => {
    const { preview, service, clock } = newImport()
    const second = rowsOf(await preview())
    await clock.pass(9 * 60_000)
    await service.run({ ...all, id: second.id })
    await expect(service.run({ ...all, id: second.id })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    const third = rowsOf(await preview())
    await clock.pass(10 * 60_000)
    await expect(service.run({ ...all, id: third.id })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    const fourth = rowsOf(await preview())
    service.cancel('another')
    service.cancel(fourth.id)
    await expect(service.run({ ...all, id: fourth.id })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })

  it('is not disturbed by another one, and of more than four the oldest is forgotten', async () => {
    const { preview, service, clock } = newImport()
    const first = rowsOf(await preview())
    await clock.pass(9 * 60_000)
    const second = rowsOf(await preview())
    expect(await service.run({ ...all, id: first.id })).toMatchObject({ imported: 2 })
    for (let more = 0; more < 3; more += 1) await preview()
    expect(await service.run({ ...all, id: second.id })).toMatchObject({ rows: [{}, {}] })
    const oldest = rowsOf(await preview())
    for (let more = 0; more < 4; more += 1) await preview()
    await expect(service.run({ ...all, id: oldest.id })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })

  it('sealed can be tried again after a wrong secret, and is no file of plaintext', async () => {
    const { preview, service, taken } = newImport()
    const sealed = await preview(SEALED)
    expect(sealed).toEqual({ kind: 'sealed', id: 'import-1', path: '~/.env' })
    await expect(service.run({ ...all, id: sealed.id })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await expect(service.open(sealed.id, new Secret('wrong'))).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
    const { id, removable } = rowsOf(await service.open(sealed.id, new Secret('right')))
    expect(removable).toBe(false)
    expect(await service.run({ ...all, id })).toMatchObject({ imported: 2, plaintext: 'none' })
    expect(taken).toEqual(['imported'])
  })
})

describe('the hosts that an imported key may be sent to', () => {
  const withHosts = (allowedHosts: string[], service = 'stripe'): Credential => ({
    ...sampleKey(),
    ref: { service, account: 'a' },
    allowedHosts
  })
  const rowOf = async ({ preview }: Pick<ReturnType<typeof newImport>, 'preview'>) => {
    const found = await preview()
    return found.kind === 'rows' ? found.rows[0] : null
  }
  const run = { rows: [0], replace: true, removePlaintext: false }

  it('are those of the service, and each other one needs a tick of its own', async () => {
    const found = foundOf([withHosts(['api.stripe.com', 'evil.example', 'other.example'])])
    const first = newImport({ found })
    expect(await rowOf(first)).toMatchObject({
      hosts: ['api.stripe.com'],
      moreHosts: ['evil.example', 'other.example']
    })
    await first.service.run({ ...run, id: 'import-1' })
    expect(first.repository.saved).toMatchObject([{ allowedHosts: ['api.stripe.com'] }])
    const second = newImport({ found })
    await second.preview()
    const hosts = [
      { index: 0, host: 'other.example' },
      { index: 1, host: 'evil.example' },
      { index: 0, host: 'never.named.example' }
    ]
    await second.service.run({ ...run, id: 'import-1', hosts })
    expect(second.repository.saved).toMatchObject([{ allowedHosts: ['api.stripe.com', 'other.example'] }])
    const third = newImport({ found })
    await third.preview()
    const everywhere = ['other.example', 'never.named.example'].map((host) => ({ index: null, host }))
    await third.service.run({ ...run, id: 'import-1', hosts: everywhere })
    expect(third.repository.saved).toMatchObject([{ allowedHosts: ['api.stripe.com', 'other.example'] }])
  })

  it('of an unknown service are shown as the file has them, and widen no stored entry', async () => {
    const found = foundOf([withHosts(['api.acme.example', 'evil.example'], 'acme')])
    const fresh = newImport({ found })
    expect(await rowOf(fresh)).toMatchObject({ hosts: ['api.acme.example', 'evil.example'] })
    const stored = newImport({ found })
    await stored.repository.save({
      ...withHosts(['api.acme.example'], 'acme'),
      key: new Secret('sk_test_another_0123456789')
    } as Credential)
    expect(await rowOf(stored)).toMatchObject({ hosts: ['api.acme.example'], moreHosts: ['evil.example'] })
    await stored.service.run({ ...run, id: 'import-1' })
    expect(stored.repository.saved.at(-1)).toMatchObject({ allowedHosts: ['api.acme.example'] })
  })
})
