import type { CredentialRef } from '#shared/credential.ts'
import type { KeyTest } from '#shared/rotation.ts'
import { VaultError } from '#shared/problem.ts'
import { cleanKey, keyExpiry } from '../api-key.ts'
import type { ApiKey, KeyExchange } from '../credential-record.ts'
import { HOUR, isExpired } from '../tokens/lifetime.ts'
import type { Clock, CredentialRepository, KeyChecker } from '../ports.ts'

/** Time for which the former key is kept after the switch. */
const UNDO_TIME = 24 * HOUR

export type KeyRotationPorts = {
  readonly repository: Pick<CredentialRepository, 'load' | 'save'>
  readonly clock: Pick<Clock, 'now'>
  readonly checks: KeyChecker
  /** TokenService.exclusively: no other task changes this credential meanwhile. */
  readonly exclusively: <T>(ref: CredentialRef, task: () => Promise<T>) => Promise<T>
  /** A switch was made, and its former key is kept until its time is up. */
  readonly onSwitch: () => void
}

type Prepared = Extract<KeyExchange, { kind: 'prepared' }>
type Switched = Extract<KeyExchange, { kind: 'switched' }>

/**
 * The exchange of an API key, from prepared to switched to finished. Every step replaces the one record that
 * holds both keys. All methods throw INVALID_REQUEST with advice if the step is not possible now,
 * UNKNOWN_SERVICE, CREDENTIAL_UNREADABLE, KEYCHAIN_* and STORE_WRITE_FAILED; nothing is changed then.
 */
export class KeyRotation {
  readonly #ports: KeyRotationPorts

  constructor(ports: KeyRotationPorts) {
    this.#ports = ports
  }

  /** Saves the new key, as typed, beside the one in use. `expiresAt` null: never. */
  async prepare(ref: CredentialRef, text: string, expiresAt: string | null): Promise<void> {
    const next = cleanKey(text)
    const since = this.#ports.clock.now()
    const expiry = keyExpiry(expiresAt, since)
    await this.#change(ref, (held) => {
      requireNone(held.rotation)
      if (next.equals(held.key)) {
        throw invalid('This is the key in use. Create a new one at the service and paste that.')
      }
      return { ...held, rotation: { kind: 'prepared', next, expiry, since } }
    })
  }

  /** Tests the new key at its service, before or after the switch. */
  async test(ref: CredentialRef): Promise<KeyTest> {
    const held = await this.#read(ref)
    if (held.rotation === null) throw invalid(NONE)
    const key = held.rotation.kind === 'prepared' ? held.rotation.next : held.key
    const answer = (await this.#ports.checks.check(held, key)) ?? NOTHING_SENT
    return { ...answer, testedAt: this.#ports.clock.now().toISOString() }
  }

  /** Uses the new key from now on and keeps the former one for a day. */
  async switch(ref: CredentialRef): Promise<void> {
    await this.#change(ref, (held) => {
      const { next, expiry, since } = requirePrepared(held.rotation)
      const now = this.#ports.clock.now()
      if (isExpired(expiry, now)) throw invalid('The new key has expired. Discard it and store another one.')
      const rotation: Switched = {
        kind: 'switched',
        former: held.key,
        formerExpiry: held.expiry,
        formerObtainedAt: held.obtainedAt,
        since: now,
        undoUntil: new Date(now.getTime() + UNDO_TIME)
      }
      return { ...held, key: next, expiry, obtainedAt: since, rotation }
    })
    this.#ports.onSwitch()
  }

  /** Before the switch, forgets the new key; after it, uses the former key again and forgets the new one. */
  async undo(ref: CredentialRef): Promise<void> {
    await this.#change(ref, (held) => {
      if (held.rotation?.kind === 'prepared') return { ...held, rotation: null }
      const { former, formerExpiry, formerObtainedAt, undoUntil } = requireSwitched(held.rotation)
      if (undoUntil <= this.#ports.clock.now()) {
        throw invalid('The switch could be undone for one day, which has passed. Replace the key instead.')
      }
      return { ...held, key: former, expiry: formerExpiry, obtainedAt: formerObtainedAt, rotation: null }
    })
  }

  /** Forgets the former key at once. */
  async finish(ref: CredentialRef): Promise<void> {
    await this.#change(ref, (held) => {
      requireSwitched(held.rotation)
      return { ...held, rotation: null }
    })
  }

  /** Forgets the former key if its time is up; else changes nothing. */
  async dropFormer(ref: CredentialRef): Promise<void> {
    await this.#ports.exclusively(ref, async () => {
      const held = await this.#ports.repository.load(ref)
      if (held?.kind !== 'api-key' || held.rotation?.kind !== 'switched') return
      if (held.rotation.undoUntil > this.#ports.clock.now()) return
      await this.#ports.repository.save({ ...held, rotation: null })
    })
  }

  async #change(ref: CredentialRef, change: (held: ApiKey) => ApiKey): Promise<void> {
    await this.#ports.exclusively(ref, async () => {
      await this.#ports.repository.save(change(await this.#read(ref)))
    })
  }

  async #read(ref: CredentialRef): Promise<ApiKey> {
    const held = await this.#ports.repository.load(ref)
    if (held === null) throw new VaultError('UNKNOWN_SERVICE')
    if (held.kind !== 'api-key') throw invalid('Only an API key can be rotated.')
    return held
  }
}

const NONE = 'No new key is stored for this entry. Store one first.'
const NOTHING_SENT = {
  works: 'unknown',
  text: 'Nothing was sent: Latchkey knows no request that only tests a key of this service at its allowed hosts.'
} as const

function requireNone(rotation: KeyExchange | null): void {
  if (rotation?.kind === 'prepared') {
    throw invalid('A new key is waiting already. Switch to it or discard it first.')
  }
  if (rotation?.kind === 'switched') {
    throw invalid('The former key is still kept. Forget it or undo the switch first.')
  }
}

function requirePrepared(rotation: KeyExchange | null): Prepared {
  if (rotation === null) throw invalid(NONE)
  if (rotation.kind === 'switched') throw invalid('The new key is in use already.')
  return rotation
}

function requireSwitched(rotation: KeyExchange | null): Switched {
  if (rotation === null) throw invalid('No former key is kept for this entry.')
  if (rotation.kind === 'prepared')
    throw invalid('The new key is not in use yet. Switch to it or discard it.')
  return rotation
}

const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })
