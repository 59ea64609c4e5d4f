import type { Clock } from '../ports.ts'
import type { NewAuditRow } from './audit-row.ts'

/** What a row tells of a use or a wish, before it is known what becomes of it. */
export type RowOfUse = Omit<NewAuditRow, 'kind'>

const HOUR_MS = 3_600_000
/** Most refusals of a client in an hour that are written. */
const MOST_IN_AN_HOUR = 100

type Counted = { readonly hour: number; readonly count: number }

/**
 * Writes refusals into the log. The log keeps a number of rows, and a refusal costs a program nothing, so only the
 * first hundred of an hour are written for each: else a program could push everything else out of the log. The
 * row after them says that there were more.
 */
export class Refusals {
  readonly #clock: Pick<Clock, 'now'>
  readonly #append: (row: NewAuditRow) => Promise<number>
  readonly #counted = new Map<string, Counted>()

  constructor(clock: Pick<Clock, 'now'>, append: (row: NewAuditRow) => Promise<number>) {
    this.#clock = clock
    this.#append = append
  }

  /** A refusal is written down if that is possible; it holds all the same. Never rejects. */
  async note(row: RowOfUse, code: string): Promise<void> {
    const count = this.#count(row.client)
    if (count > MOST_IN_AN_HOUR + 1) return
    const written = count > MOST_IN_AN_HOUR ? { ...row, ...nothing, code: 'more-refused' } : { ...row, code }
    await this.#append({ ...written, kind: 'refused' }).catch(() => 0)
  }

  /** Counts one refusal more of this hour. A clock that is set back begins no new hour. */
  #count(client: string): number {
    const hour = Math.floor(this.#clock.now().getTime() / HOUR_MS)
    const before = this.#counted.get(client)
    const isSame = before !== undefined && hour <= before.hour
    const counted = isSame ? { ...before, count: before.count + 1 } : { hour, count: 1 }
    this.#counted.set(client, counted)
    return counted.count
  }
}

const nothing = { credential: null, method: null, host: null, path: null, reason: null } as const
