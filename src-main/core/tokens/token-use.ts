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

/** Notes that tokens were handed out, once a second. What can not be written is no reason to keep a token back. */
export class TokenUse {
  readonly #ports: Ports
  /** When a use was noted here last: the catalog is not asked about every one. */
  readonly #noted = new Map<string, number>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Returns the token that is handed out. */
  noted(ref: CredentialRef, token: Secret): Secret {
    this.#note(ref)
    return token
  }

  /** The credential was replaced or removed: its next use is noted whatever was before. */
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

/** A clock that was set back is as good as one that has gone on. */
function isJustBefore(last: number | null, now: Date): boolean {
  return last !== null && Math.abs(now.getTime() - last) < RESOLUTION
}
