import { KeyRotation } from '../../src-main/core/keys/key-rotation.ts'
import type { ApiKey } from '../../src-main/core/credential-record.ts'
import { Secret } from '../../src-main/core/secret.ts'
import type { Act, CrashPlaces, Version } from './crash-scenarios.ts'
import { refOf } from './crash-store.ts'

const EPOCH = 1_700_000_000_000
const dateOf = (version: number): Date => new Date(EPOCH + version * 1000)
const numberOf = (date: Date): number => (date.getTime() - EPOCH) / 1000
const keyText = (version: number): string => `key-${version}-${'x'.repeat((version * 37) % 3000)}`

/**
 * Stores a key, stores another beside it, and switches to that: each step is dated by its version, each key
 * is named by its date.
 */
export async function exchangeKey(
  { repository }: CrashPlaces,
  account: string,
  next: () => number,
  act: Act
): Promise<void> {
  const ref = refOf(account)
  let version = next()
  const rotation = new KeyRotation({
    repository,
    clock: { now: () => dateOf(version) },
    checks: { check: async () => null },
    exclusively: (_ref, task) => task(),
    onSwitch: () => undefined
  })
  await act(version, () => repository.save(keyOf(account, version)))
  version = next()
  await act(version, () => rotation.prepare(ref, keyText(version), null))
  version = next()
  await act(version, () => rotation.switch(ref))
}

/**
 * Returns the version of the last step that arrived. A text says that the two keys are not those of that
 * step.
 */
export async function foundKey({ repository }: CrashPlaces, account: string): Promise<Version | string> {
  const held = await repository.load(refOf(account))
  const entry = repository.find(refOf(account))
  if (held === null) return entry === null ? null : 'listed without a record'
  if (held.kind !== 'api-key' || !isNamed(held.key, held.obtainedAt)) return 'the key is not its own'
  const { rotation } = held
  if ((entry?.rotation?.kind ?? null) !== (rotation?.kind ?? null)) return 'list and record disagree'
  if (rotation === null) return numberOf(held.obtainedAt)
  const isWhole =
    rotation.kind === 'prepared'
      ? isNamed(rotation.next, rotation.since)
      : isNamed(rotation.former, rotation.formerObtainedAt)
  return isWhole ? numberOf(rotation.since) : 'the other key is not its own'
}

function keyOf(account: string, version: number): ApiKey {
  return {
    kind: 'api-key',
    ref: refOf(account),
    name: 'Crash',
    key: new Secret(keyText(version)),
    allowedHosts: [],
    expiry: { kind: 'never' },
    obtainedAt: dateOf(version),
    rotation: null
  }
}

const isNamed = (key: Secret, date: Date): boolean => key.equals(new Secret(keyText(numberOf(date))))
