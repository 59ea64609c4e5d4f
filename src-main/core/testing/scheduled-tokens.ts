import type { CatalogEntry } from '../credential-record.ts'
import { type FreshChoices, isKeptFresh } from '../tokens/lifetime.ts'
import { RefreshScheduler } from '../tokens/refresh-scheduler.ts'
import { TokenService } from '../tokens/token-service.ts'
import { alone } from './alone.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeOAuthClient } from './fake-oauth-client.ts'
import { MemoryJournal } from './memory-journal.ts'
import { MemoryRepository } from './memory-repository.ts'
import { START, sampleGrant } from './samples.ts'

/**
 * A token service and a scheduler that keeps fresh what `choices` returns at that time, with a clock that the
 * test moves.
 */
export function scheduledTokens(choices: () => FreshChoices) {
  const clock = new FakeClock(START)
  const repository = new MemoryRepository()
  const oauth = new FakeOAuthClient(clock)
  const random = (): number => 0.5
  const tokens = new TokenService({
    repository,
    oauth,
    clock,
    random,
    journal: new MemoryJournal(),
    clientMark: ({ id }) => id,
    lock: alone,
    onRefreshing: () => undefined
  })
  const scheduler = new RefreshScheduler({
    clock,
    random,
    entries: () => repository.list(),
    isKeptFresh: (entry) => isKeptFresh(entry, choices()),
    renew: (due) => tokens.keepFresh(due)
  })
  /** The entry of the sample grant. */
  const found = (): CatalogEntry => {
    const entry = repository.find(sampleGrant().ref)
    if (entry === null) throw new Error('There is no entry.')
    return entry
  }
  return { clock, repository, oauth, tokens, scheduler, found }
}
