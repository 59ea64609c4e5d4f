import type { CredentialHealth } from '../../src-main/core/credential-record.ts'
import type { StoredCredentialRepository } from '../../src-main/storage/repository/credential-repository.ts'
import { exchangeKey, foundKey } from './crash-keys.ts'
import type { CrashMove } from './crash-move.ts'
import type { CrashRewrap } from './crash-rewrap.ts'
import { grantOf, refOf, versionOf } from './crash-store.ts'

/** Number that identifies a write. Null: nothing is stored. */
export type Version = number | null
/** Reports the act, does it, and reports that it was acknowledged. */
export type Act = (version: Version, work: () => Promise<unknown>) => Promise<void>

/**
 * The places of the scenarios: credentials in one repository, and two scenarios with a store of their own.
 */
export type CrashPlaces = {
  readonly repository: StoredCredentialRepository
  readonly rewrap: CrashRewrap
  readonly move: CrashMove
}

type Scenario = {
  /**
   * One round. It is repeated without end, beside the other scenarios, in an account with the scenario's
   * name.
   */
  readonly round: (places: CrashPlaces, account: string, next: () => number, act: Act) => Promise<void>
  /** True for the acts that the scenario is about; the others prepare them. */
  readonly isMeant: (version: Version) => boolean
  /** Returns the version in the account. A text says what is wrong with it. */
  readonly found: (places: CrashPlaces, account: string, next: () => number) => Promise<Version | string>
}

const writes = (version: Version): boolean => version !== null

/** One row per scenario: all of them run at once, so that one kill is a trial of each. */
export const crashScenarios = {
  'first-write': { round: saveAndRemove, isMeant: writes, found: recordVersion },
  overwrite: { round: save, isMeant: writes, found: recordVersion },
  removal: { round: saveAndRemove, isMeant: (version) => version === null, found: recordVersion },
  'index-update': { round: updateRow, isMeant: writes, found: indexVersion },
  rotation: { round: rotate, isMeant: writes, found: recordVersion },
  'key exchange': { round: exchangeKey, isMeant: writes, found: foundKey },
  'key re-wrap': {
    round: ({ rewrap }, _account, next, act) => rewrap.round(next, act),
    isMeant: writes,
    found: ({ rewrap }) => rewrap.found()
  },
  migration: {
    round: ({ move }, _account, next, act) => move.round(next, act),
    isMeant: writes,
    found: ({ move }, _account, next) => move.found(next)
  }
} as const satisfies Record<string, Scenario>

export type CrashScenario = keyof typeof crashScenarios
export const crashScenarioNames = Object.keys(crashScenarios) as CrashScenario[]

type Round = Parameters<Scenario['round']>

async function save(...[{ repository }, account, next, act]: Round): Promise<void> {
  const version = next()
  await act(version, () => repository.save(grantOf(account, version)))
}

async function saveAndRemove(...[places, account, next, act]: Round): Promise<void> {
  const { repository } = places
  if (repository.find(refOf(account))) await act(null, () => repository.remove(refOf(account)))
  else await save(places, account, next, act)
}

/** Reads the stored grant and replaces both tokens, as a refresh does. */
async function rotate(...[places, account, next, act]: Round): Promise<void> {
  const former = await places.repository.load(refOf(account))
  if (versionOf(former) === 'torn') throw new Error('The tokens do not belong together.')
  await save(places, account, next, act)
}

function failing(failures: number): CredentialHealth {
  const since = new Date(0)
  return { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE', failures, since, nextTryAt: null }
}

/** Changes the row in the catalog; the record stays. */
async function updateRow(...[{ repository }, account, next, act]: Round): Promise<void> {
  const ref = refOf(account)
  if (!repository.find(ref)) await repository.save(grantOf(account, 0))
  const version = next()
  await act(version, async () => repository.setHealth(ref, failing(version)))
}

async function recordVersion({ repository }: CrashPlaces, account: string): Promise<Version | string> {
  const isListed = repository.find(refOf(account)) !== null
  const version = versionOf(await repository.load(refOf(account)))
  return isListed === (version !== null) ? version : 'list and record disagree'
}

async function indexVersion(places: CrashPlaces, account: string): Promise<Version | string> {
  const health = places.repository.find(refOf(account))?.health
  const version = health?.kind === 'refresh-failing' ? health.failures : null
  const record = await recordVersion(places, account)
  return record === 0 || (record === null && version === null) ? version : 'the row stands for no record'
}
