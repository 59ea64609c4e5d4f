import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry, CredentialHealth } from './credential-record.ts'
import { FakeClock } from './testing/fake-clock.ts'
import { MemoryRepository } from './testing/memory-repository.ts'
import { START, sampleGrant } from './testing/samples.ts'
import { statusOf, toSummary } from './list/summary.ts'
import { GrantHealth } from './tokens/grant-health.ts'
import { healthAfterCheck, lackingScopes } from './catalog-entry.ts'

const grant = sampleGrant({ scopesRequested: ['read'], scopesGranted: ['read'] })
const moment = { now: START, refreshingSince: null }
const failing: CredentialHealth = {
  kind: 'refresh-failing',
  code: 'REFRESH_UNREACHABLE',
  failures: 1,
  since: START,
  nextTryAt: null
}

/** The entry of a grant for which a server also wants the scope `write`. */
async function lacking(): Promise<{ repository: MemoryRepository; entry: CatalogEntry }> {
  const repository = new MemoryRepository()
  await repository.save(grant)
  const entry = repository.setHealth(grant.ref, { kind: 'ok', lacks: ['write', 'read'] })
  if (entry === null) throw new Error('It is not there.')
  return { repository, entry }
}

describe('a sign-in of which a server wants more', () => {
  it('needs a sign-in with the scopes it lacks, named beside those that were asked for', async () => {
    const { entry } = await lacking()
    expect(statusOf(entry, moment)).toEqual({ kind: 'needs-sign-in', code: 'SCOPE_MISSING', since: null })
    expect(toSummary(entry, moment)).toMatchObject({ scopes: ['read'], missingScopes: ['write'] })
  })

  it('is renewed as before, and lacks the same afterwards', async () => {
    const { repository, entry } = await lacking()
    expect(toSummary(entry, moment).nextRefreshAt).not.toBeNull()
    const renewed = await repository.save({ ...grant, refreshedAt: new Date(START.getTime() + 1000) })
    expect(lackingScopes(renewed)).toEqual(['write'])
  })

  it.each(['REFRESH_UNREACHABLE', 'REFRESH_REJECTED'] as const)(
    'lacks the same while and after its renewal fails (%s)',
    async (code) => {
      const { repository } = await lacking()
      const clock = new FakeClock(START)
      const health = new GrantHealth({ repository, clock, random: () => 0.5 })
      for (const failure of [new VaultError(code), new VaultError(code)]) {
        health.failed(grant.ref, failure)
        const entry = repository.find(grant.ref)
        expect(entry?.health).toMatchObject({ code })
        expect(entry && toSummary(entry, moment).missingScopes).toEqual(['write'])
      }
      expect(lackingScopes(await repository.save(grant))).toEqual(['write'])
    }
  )

  it('lacks nothing any more once it was made again, whatever was allowed then', async () => {
    const { repository } = await lacking()
    const again = await repository.save({ ...grant, obtainedAt: new Date(START.getTime() + 1000) })
    expect(again.health).toEqual({ kind: 'ok' })
  })

  it('lacks nothing any more when the server lets it in', async () => {
    const { entry } = await lacking()
    expect(healthAfterCheck(entry, [])).toEqual({ kind: 'ok' })
  })
})

describe('the word of a server', () => {
  it.each<[string, CredentialHealth]>([
    ['can’t be renewed at the moment', failing],
    ['has ended', { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: START }]
  ])('does not cover up that a sign-in %s', async (_name, health) => {
    const { entry } = await lacking()
    expect(healthAfterCheck({ ...entry, health }, ['write'])).toBeNull()
  })

  it('changes nothing where it lets in what lacked nothing', async () => {
    const { entry } = await lacking()
    expect(healthAfterCheck({ ...entry, health: { kind: 'ok' } }, [])).toBeNull()
  })
})
