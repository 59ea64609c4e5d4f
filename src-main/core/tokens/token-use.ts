import { credentialKey } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { SECOND } from './lifetime.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import type { Secret } from '../secret.ts'

const RESOLUTION = SECOND

type Ports = {
  readonly repository: Pick<CredentialRepository, 'find' | 'setLastUsed'>
  readonly clock: Pick<Clock, 'now'>
}

/** Records when tokens are handed out, at most once a second. A failed write does not keep a token back. */
export class TokenUse {
  readonly #ports: Ports
  /** Time, in ms, of the last use recorded here, so that the catalog is not read at every use. */
  readonly #noted = new Map<string, number>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Records a use and returns the token. */
  noted(ref: CredentialRef, token: Secret): Secret {
    this.#note(ref)
    return token
  }

  /** Forgets a credential that was replaced or removed, so that its next use is recorded. */
  forget(ref: CredentialRef): void {
    this.#noted.delete(credentialKey(ref))
  }

  #note(ref: CredentialRef): void {
    const { repository, clock } = this.#ports
    const key = credentialKey(ref)
    const now = clock.now()
    if (isJustBefore(this.#noted.get(key) ?? null, now)) return
    this.#noted.set(key, now.getTime())
    if (isJustBefore(repository.find(ref)?.lastUsedAt?.getTime() ?? null, now)) return
    try {
      repository.setLastUsed(ref, now)
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
    }
  }
}

/** True within a second before or after `last`: a clock that was set back counts like one that went on. */
function isJustBefore(last: number | null, now: Date): boolean {
  return last !== null && Math.abs(now.getTime() - last) < RESOLUTION
}
