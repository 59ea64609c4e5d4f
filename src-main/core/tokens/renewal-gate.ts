import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { GrantRenewer } from './grant-renewer.ts'
import { mayTryNow } from './lifetime.ts'
import type { Clock, CredentialRepository } from '../ports.ts'

type Ports = {
  readonly repository: Pick<CredentialRepository, 'find'>
  readonly clock: Pick<Clock, 'now'>
}

/** Whether a grant may be renewed now without a person asking: by its health, and by how recently it was. */
export class RenewalGate {
  readonly #ports: Ports
  readonly #renewer: Pick<GrantRenewer, 'unsaved' | 'limit'>

  constructor(ports: Ports, renewer: Pick<GrantRenewer, 'unsaved' | 'limit'>) {
    this.#ports = ports
    this.#renewer = renewer
  }

  /** Throws what the last try threw while the next one is not due; a dead grant is never asked about again. */
  requireTry(ref: CredentialRef): void {
    const health = this.#ports.repository.find(ref)?.health
    const isHeldBack = !this.mayTry(ref) || this.isTooSoon(ref)
    if (health !== undefined && 'code' in health && isHeldBack) throw new VaultError(health.code)
  }

  /** Storing again what could not be stored asks nobody, so that is never too soon. */
  isTooSoon(ref: CredentialRef): boolean {
    return this.#renewer.unsaved.of(ref) === null && !this.#renewer.limit.allows(ref)
  }

  /** False while the next try is not due, or only a person can help. */
  mayTry(ref: CredentialRef): boolean {
    const health = this.#ports.repository.find(ref)?.health
    return health === undefined || mayTryNow(health, this.#ports.clock.now())
  }
}
