import { toProblem } from '#shared/problem.ts'
import type { RecoveryStatus } from '#shared/transfer.ts'
import type { Credential } from '../credential-record.ts'
import type { Collected } from './export-service.ts'
import type { Clock } from '../ports.ts'
import type { Secret } from '../secret.ts'

/** After a change, so that a row of changes makes one copy. */
const PAUSE_MS = 3000
const RETRY_MS = 60_000

/** What the vault remembers of a recovery key: never the key. */
export type RecoveryRecord = {
  readonly recipient: string
  /** ISO 8601 in UTC, as are the others. */
  readonly createdAt: string
  readonly copiedAt: string | null
  /** Of what was stored when the copy was made; null: there is no copy yet. */
  readonly fingerprint: string | null
  /** The copy holds every entry that there was. */
  readonly isComplete: boolean
}

/** The last complete copy: put aside before an incomplete one takes its place, left there, or not needed any more. */
export type Aside = 'put' | 'leave' | 'drop'

/** The copies on disk, sealed to the recipient. */
export interface RecoveryFiles {
  /** As shown to a person. */
  readonly path: string
  /** Replaces the copy once the new one was read back. Throws STORE_WRITE_FAILED with the copy as it was. */
  write(credentials: readonly Credential[], recipient: string, aside: Aside): Promise<void>
  /** Removes every copy. */
  remove(): Promise<void>
}

type RecoveryPorts = {
  readonly clock: Clock
  /** Null: off. */
  readonly memory: { read(): RecoveryRecord | null; write(record: RecoveryRecord | null): void }
  readonly newKey: () => Promise<{ readonly key: Secret; readonly recipient: string }>
  /** Shows the key where no page can see it; false: the person did not take it. */
  readonly show: (key: Secret) => Promise<boolean>
  readonly collect: () => Promise<Collected>
  /** Of everything that is stored, without opening it. */
  readonly fingerprint: () => string
  readonly files: RecoveryFiles
}

/**
 * Keeps a copy of every credential that only a key in the person's hands can open. A copy that can't be made stops
 * nothing and is reported; one that lacks an entry never takes the place of the last that had it.
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

  /** Null: the person did not take the key, and nothing changed. A former key opens no copy that is made from now on. */
  async create(): Promise<RecoveryStatus | null> {
    const { key, recipient } = await this.#ports.newKey()
    if (!(await this.#ports.show(key))) return null
    const createdAt = this.#ports.clock.now().toISOString()
    // After a copy that is being written: its end would write down the former key again.
    await this.#inTurn(async () => {
      // A complete copy that the former key opens is as worth keeping as any.
      const isComplete = this.#ports.memory.read()?.isComplete ?? false
      this.#ports.memory.write({ recipient, createdAt, copiedAt: null, fingerprint: null, isComplete })
      await this.#copy()
    })
    return this.status()
  }

  /** Throws STORE_WRITE_FAILED if a copy can't be removed. */
  async remove(): Promise<RecoveryStatus> {
    this.#cancel()
    await this.#inTurn(async () => {
      this.#ports.memory.write(null)
      await this.#ports.files.remove()
    })
    this.#problem = null
    return this.status()
  }

  /** Something about the credentials may have changed: at the start, and at every change. */
  noteChange(): void {
    if (this.#isClosed || this.#cancelAlarm !== null || this.#ports.memory.read() === null) return
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
      this.#problem = `The copy could not be renewed. ${toProblem(error).message}`
      if (!this.#isClosed && this.#cancelAlarm === null) this.#setAlarm(RETRY_MS)
    }
  }
}

function incomplete(count: number): string {
  const what = count === 1 ? 'One entry' : `${count} entries`
  return `${what} could not be read and is not in the newest copy. The last complete copy is kept beside it.`
}
