import { VaultError } from '#shared/problem.ts'
import type { ImportPreview, ImportReport, ImportRequest, ImportRow } from '#shared/transfer.ts'
import {
  holdsSame,
  planRow,
  repeatedEntries,
  type Outcome,
  type RowPorts,
  storeRow,
  storedAt
} from './import-rows.ts'
import type { Clock } from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { Found, ImportReader, ImportText, OnStep, PlaintextFile, Stop } from './transfer-ports.ts'

/** Time for which values wait for a person's decision, in steps of the clock's longest alarm. */
const WAIT_MINUTES = 10
const MINUTE_MS = 60_000
const MOST_ENTRIES = 20_000
/** Most imports that wait at once: those of the window and of commands. The oldest is forgotten for a new one. */
const MOST_WAITING = 4

type ImportPorts = RowPorts & {
  readonly clock: Clock
  readonly newId: () => string
  readonly reader: ImportReader
  /** Called once after a run that stored something. */
  readonly onImported: () => void
}

type Pending = {
  readonly id: string
  readonly path: string | null
  readonly file: PlaintextFile | null
  /** Sealed text that is still to be opened. Null: it was read. */
  sealed: Secret | null
  found: Found | null
  cancelAlarm: () => void
}

/**
 * Reads credentials of other programs, shows them masked and saves those that the person chose. The values of an
 * import wait for ten minutes at most.
 */
export class ImportService {
  readonly #ports: ImportPorts
  /** By their ids, the oldest first. */
  readonly #waiting = new Map<string, Pending>()

  constructor(ports: ImportPorts) {
    this.#ports = ports
  }

  /**
   * Starts an import, which waits until it is run or cancelled. Throws as `ImportReader.read`, or KEYCHAIN_* if the
   * stored credentials can't be compared. `onStep`: told of each entry that is compared with the stored ones.
   */
  async preview({ text, fileName, path, file }: ImportText, onStep?: OnStep): Promise<ImportPreview> {
    const isSealed = this.#ports.reader.isSealed(text)
    const found = isSealed ? null : await this.#ports.reader.read({ text, fileName })
    const pending: Pending = {
      id: this.#ports.newId(),
      path,
      file,
      sealed: isSealed ? text : null,
      found,
      cancelAlarm: () => undefined
    }
    const preview: ImportPreview =
      found === null ? { kind: 'sealed', id: pending.id, path } : await this.#rows(pending, found, onStep)
    this.#keep(pending)
    return preview
  }

  /**
   * Opens a sealed import. Throws INVALID_REQUEST for a wrong secret (the import goes on waiting),
   * CREDENTIAL_UNREADABLE for a damaged file. `onStep`: as for `preview`.
   */
  async open(id: string, secret: Secret, onStep?: OnStep): Promise<ImportPreview> {
    const pending = this.#take(id)
    if (pending.sealed === null) throw forgotten()
    const found = await this.#ports.reader.open(pending.sealed, secret)
    const preview = await this.#rows(pending, found, onStep)
    if (this.#waiting.get(id) !== pending) throw forgotten()
    pending.sealed = null
    pending.found = found
    return preview
  }

  /**
   * Saves the chosen rows, each on its own: a failure is reported and the other rows go on. Ends the import. Once
   * `stop` is aborted, no further row is saved and the plaintext stays. `onStep`: told of each row.
   */
  async run(
    { id, rows, replace, hosts = [], removePlaintext }: ImportRequest,
    { stop, onStep }: { readonly stop?: Stop; readonly onStep?: OnStep } = {}
  ): Promise<ImportReport> {
    const { found, file } = this.#take(id)
    if (found === null) throw forgotten()
    this.cancel(id)
    const repeated = repeatedEntries(found.entries)
    const outcomes: Outcome[] = []
    const chosen = [...new Set(rows)].toSorted((one, other) => one - other)
    for (const index of chosen) {
      if (stop?.aborted === true) break
      onStep?.(outcomes.length, chosen.length)
      const entry = repeated.has(index) ? undefined : found.entries[index]
      const ticked = hosts.filter((each) => each.index === null || each.index === index)
      outcomes.push({
        index,
        ...(await storeRow(entry, { replace, hosts: ticked.map(({ host }) => host) }, this.#ports))
      })
    }
    const imported = outcomes.filter(({ result }) => result === 'imported').length
    if (imported > 0) this.#ports.onImported()
    const hasFailed = outcomes.some(({ result }) => result === 'failed')
    const isStopped = stop?.aborted === true
    const mayTake = removePlaintext && !isStopped && !hasFailed && this.#isRemovable(found, file)
    const isTaken = mayTake && (await this.#takePlaintext(found, file))
    const hasPlaintext = file !== null && found.format !== 'latchkey'
    return { rows: outcomes, imported, plaintext: hasPlaintext ? (isTaken ? 'removed' : 'kept') : 'none' }
  }

  /** Forgets every import that waits: the vault is locked. */
  forgetAll(): void {
    for (const id of this.#waiting.keys()) this.cancel(id)
  }

  /** Forgets the import with this id, if it waits. */
  cancel(id: string): void {
    this.#waiting.get(id)?.cancelAlarm()
    this.#waiting.delete(id)
  }

  /** Forgets every import that waits. */
  close(): void {
    for (const id of this.#waiting.keys()) this.cancel(id)
  }

  async #rows(pending: Pending, found: Found, onStep?: OnStep): Promise<ImportPreview> {
    const { entries, skipped, format } = found
    if (entries.length > MOST_ENTRIES) {
      throw new VaultError('INVALID_REQUEST', { message: `It holds more than ${MOST_ENTRIES} entries.` })
    }
    const repeated = repeatedEntries(entries)
    const rows: ImportRow[] = []
    for (const [index, entry] of entries.entries()) {
      onStep?.(index, entries.length)
      const known = this.#ports.hostsOf(entry.ref.service)
      const place = { index, isFirst: !repeated.has(index), known }
      rows.push(planRow(entry, await storedAt(entry, this.#ports), place))
    }
    const removable = this.#isRemovable(found, pending.file)
    return {
      kind: 'rows',
      id: pending.id,
      format,
      path: pending.path,
      rows,
      skipped: [...skipped],
      leavesSecrets: found.leavesSecrets,
      removable
    }
  }

  #isRemovable({ format, entries, leavesSecrets }: Found, file: PlaintextFile | null): boolean {
    const isComplete = entries.length > 0 && entries.every(({ credential }) => credential !== null)
    return file?.isOwn === true && format !== 'latchkey' && isComplete && !leavesSecrets
  }

  /**
   * Removes the plaintext from the file after every entry was read back once more, so that nothing is lost.
   */
  async #takePlaintext({ entries, rest }: Found, file: PlaintextFile | null): Promise<boolean> {
    try {
      for (const { ref, credential } of entries) {
        const held = await this.#ports.repository.load(ref)
        if (held === null || credential === null || !holdsSame(held, credential)) return false
      }
      return (await file?.take(rest)) ?? false
    } catch {
      return false
    }
  }

  #take(id: string): Pending {
    const pending = this.#waiting.get(id)
    if (pending === undefined) throw forgotten()
    return pending
  }

  #keep(pending: Pending): void {
    const [oldest] = this.#waiting.keys()
    if (oldest !== undefined && this.#waiting.size >= MOST_WAITING) this.cancel(oldest)
    this.#waiting.set(pending.id, pending)
    this.#wait(pending, WAIT_MINUTES)
  }

  #wait(pending: Pending, minutes: number): void {
    pending.cancelAlarm = this.#ports.clock.after(MINUTE_MS, () =>
      minutes > 1 ? this.#wait(pending, minutes - 1) : this.cancel(pending.id)
    )
  }
}

function forgotten(): VaultError {
  return new VaultError('INVALID_REQUEST', {
    message: 'This import is no longer open. Choose the file again.'
  })
}
