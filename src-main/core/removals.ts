import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { UNDO_MS } from '#shared/removal.ts'
import type { Clock, CredentialRepository } from './ports.ts'

export type RemovalPorts = {
  readonly clock: Pick<Clock, 'after'>
  readonly repository: Pick<CredentialRepository, 'setAside' | 'putBack' | 'removeSetAside'>
  /** The part of TokenService that removals need. */
  readonly tokens: {
    inTurn<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T>
    exclusively<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T>
  }
}

/** Credentials that are removed together when their time is up. Those that were put back are not in it any more. */
type Batch = {
  readonly refs: Map<string, CredentialRef>
  /** Ends the time to undo. */
  readonly end: () => void
  /** Settles when the credentials are removed. */
  done: Promise<number>
}

/** Removals that a person can undo for ten seconds. Until then the secrets stay in the store, out of list and use. */
export class Removals {
  readonly #ports: RemovalPorts
  readonly #batches = new Set<Batch>()

  constructor(ports: RemovalPorts) {
    this.#ports = ports
  }

  /**
   * Sets the credentials aside, and removes them when the time to undo is up. Returns how many were removed: not those that
   * were put back or replaced meanwhile. Throws as the store does; what could not be removed is listed again.
   */
  async remove(refs: readonly CredentialRef[]): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const batch: Batch = {
      refs: new Map(refs.map((ref) => [credentialKey(ref), ref])),
      end: resolve,
      done: Promise.resolve(0)
    }
    batch.done = this.#removeLater(batch, promise)
    this.#batches.add(batch)
    return await batch.done.finally(() => this.#batches.delete(batch))
  }

  /**
   * Puts credentials back, also those that still wait for work under way before they are set aside. Returns how many; the
   * others are removed, because their time is up. Throws STORE_WRITE_FAILED; what could not be put back can be tried again.
   */
  async undo(refs: readonly CredentialRef[]): Promise<number> {
    const inTime = refs.flatMap((ref) => {
      const batch = this.#takeOut(ref)
      return batch === null ? [] : [{ ref, batch }]
    })
    const put = await Promise.allSettled(inTime.map(({ ref }) => this.#ports.repository.putBack(ref)))
    for (const [index, { ref, batch }] of inTime.entries()) {
      if (put[index]?.status === 'rejected') batch.refs.set(credentialKey(ref), ref)
    }
    for (const { batch } of inTime) if (batch.refs.size === 0) batch.end()
    for (const result of put) if (result.status === 'rejected') throw result.reason
    return inTime.length
  }

  /** Removes at once what waits, before the vault closes or locks. Never throws. */
  async finish(): Promise<void> {
    const batches = [...this.#batches]
    for (const batch of batches) batch.end()
    await Promise.allSettled(batches.map(({ done }) => done))
  }

  async #removeLater(batch: Batch, ended: Promise<void>): Promise<number> {
    await this.#setAside(batch)
    const cancel = this.#ports.clock.after(UNDO_MS, batch.end)
    await ended
    cancel()
    return await this.#removeAll(batch)
  }

  /** Ends the work under way for the credentials and hides them; all or none. */
  async #setAside({ refs }: Batch): Promise<void> {
    const { repository, tokens } = this.#ports
    const all = [...refs.values()]
    const tried = await Promise.allSettled(
      all.map((ref) =>
        // It may have been put back while it waited.
        tokens.inTurn(ref, async () => refs.has(credentialKey(ref)) && (await repository.setAside(ref)))
      )
    )
    const failed = tried.find(({ status }) => status === 'rejected')
    if (failed === undefined) return
    await Promise.allSettled(all.map((ref) => repository.putBack(ref)))
    throw (failed as PromiseRejectedResult).reason
  }

  /** Takes a credential out of its batch, which is returned. Null: its time is up. */
  #takeOut(ref: CredentialRef): Batch | null {
    for (const batch of this.#batches) if (batch.refs.delete(credentialKey(ref))) return batch
    return null
  }

  async #removeAll(batch: Batch): Promise<number> {
    this.#batches.delete(batch) // from now on nothing of it can be put back
    const { repository, tokens } = this.#ports
    const ended = await Promise.allSettled(
      [...batch.refs.values()].map((ref) => tokens.exclusively(ref, () => repository.removeSetAside(ref)))
    )
    for (const result of ended) if (result.status === 'rejected') throw result.reason
    return ended.filter((result) => result.status === 'fulfilled' && result.value).length
  }
}
