import { toProblem } from '#shared/problem.ts'
import type { RecoveryStatus } from '#shared/transfer.ts'
import type { Credential } from '../credential-record.ts'
import type { Collected } from './export-service.ts'
import type { Clock } from '../ports.ts'
import type { Secret } from '../secret.ts'

/** Pause after a change, so that a series of changes makes one copy. */
const PAUSE_MS = 3000
const RETRY_MS = 60_000

/** Data that the vault keeps about a recovery key; never the key itself. */
export type RecoveryRecord = {
  readonly recipient: string
  /** ISO 8601 in UTC, as the other times. */
  readonly createdAt: string
  readonly copiedAt: string | null
  /** Fingerprint of the stored credentials when the copy was made. Null: there is no copy yet. */
  readonly fingerprint: string | null
  /** True if the copy holds all entries of its time. */
  readonly isComplete: boolean
}

/**
 * Treatment of the last complete copy: put aside before an incomplete one replaces it, left aside, or dropped
 * as no longer needed.
 */
export type Aside = 'put' | 'leave' | 'drop'

/** The copies on disk, sealed to the recipient. */
export interface RecoveryFiles {
  /** Path as displayed. */
  readonly path: string
  /** Replaces the copy after the new one was read back. Throws STORE_WRITE_FAILED with the copy unchanged. */
  write(credentials: readonly Credential[], recipient: string, aside: Aside): Promise<void>
  /** Removes every copy. */
  remove(): Promise<void>
}

type RecoveryPorts = {
  readonly clock: Clock
  /** Null: recovery copies are off. */
  readonly memory: { read(): RecoveryRecord | null; write(record: RecoveryRecord | null): void }
  readonly newKey: () => Promise<{ readonly key: Secret; readonly recipient: string }>
  /** Shows the key outside of any page. False: the person did not take it. */
  readonly show: (key: Secret) => Promise<boolean>
  readonly collect: () => Promise<Collected>
  /** Returns the fingerprint of all stored credentials, without opening them. */
  readonly fingerprint: () => string
  readonly files: RecoveryFiles
}

/**
 * Keeps a copy of every credential that only a key in the person's hands can open. A failed copy is reported
 * and stops nothing else; a copy that lacks an entry never replaces the last one that had it.
 */
export class RecoveryService {
  readonly #ports: RecoveryPorts
  #problem: string | null = null
  #cancelAlarm: (() => void) | null = null
  #running: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(ports: RecoveryPorts) {
    this.#ports = ports
  }

  status(): RecoveryStatus {
    const record = this.#ports.memory.read()
    if (record === null) return { kind: 'off' }
    const { createdAt, copiedAt } = record
    return { kind: 'on', createdAt, copiedAt, path: this.#ports.files.path, problem: this.#problem }
  }

  /**
   * Creates a new recovery key; a former key opens no later copy. Null: the person did not take the key, and
   * nothing changed.
   */
  async create(): Promise<RecoveryStatus | null> {
    const { key, recipient } = await this.#ports.newKey()
    if (!(await this.#ports.show(key))) return null
    const createdAt = this.#ports.clock.now().toISOString()
    // This waits for a copy under way, whose end would write the former key again.
    await this.#inTurn(async () => {
      // A complete copy for the former key is kept like any other.
      const isComplete = this.#ports.memory.read()?.isComplete ?? false
      this.#ports.memory.write({ recipient, createdAt, copiedAt: null, fingerprint: null, isComplete })
      await this.#copy()
    })
    return this.status()
  }

  /** Turns recovery copies off and removes them. Throws STORE_WRITE_FAILED if a copy can't be removed. */
  async remove(): Promise<RecoveryStatus> {
    this.#cancel()
    await this.#inTurn(async () => {
      this.#ports.memory.write(null)
      await this.#ports.files.remove()
    })
    this.#problem = null
    return this.status()
  }

  /** Plans a copy if credentials may have changed; listens to every change, and is called at the start. */
  readonly noteChange = (): void => {
    if (this.#isClosed || this.#cancelAlarm !== null) return
    this.#setAlarm(PAUSE_MS)
  }

  /** Makes the copy that is due. Never throws. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancel()
    if (this.#isBehind()) await this.#copyInTurn()
    else await this.#running
  }

  #isBehind(): boolean {
    const record = this.#ports.memory.read()
    return record !== null && record.fingerprint !== this.#ports.fingerprint()
  }

  #setAlarm(ms: number): void {
    this.#cancelAlarm = this.#ports.clock.after(ms, () => {
      this.#cancelAlarm = null
      if (this.#isBehind()) void this.#copyInTurn()
    })
  }

  #cancel(): void {
    this.#cancelAlarm?.()
    this.#cancelAlarm = null
  }

  #copyInTurn(): Promise<void> {
    return this.#inTurn(() => this.#copy())
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#running.then(task)
    this.#running = turn.catch(() => undefined)
    return turn
  }

  async #copy(): Promise<void> {
    try {
      const record = this.#ports.memory.read()
      if (record === null) return
      const fingerprint = this.#ports.fingerprint()
      const { credentials, missing } = await this.#ports.collect()
      const isComplete = missing.length === 0
      const aside = isComplete ? 'drop' : record.isComplete ? 'put' : 'leave'
      await this.#ports.files.write(credentials, record.recipient, aside)
      const copiedAt = this.#ports.clock.now().toISOString()
      this.#ports.memory.write({ ...record, copiedAt, fingerprint, isComplete })
      this.#problem = isComplete ? null : incomplete(missing.length)
    } catch (error) {
      this.#problem = `The copy could not be updated. ${toProblem(error).message}`
      if (!this.#isClosed && this.#cancelAlarm === null) this.#setAlarm(RETRY_MS)
    }
  }
}

function incomplete(count: number): string {
  const what = count === 1 ? 'One entry' : `${count} entries`
  return `${what} could not be read and is not in the newest copy. The last complete copy is kept next to it.`
}
