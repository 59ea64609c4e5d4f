import type { Clock } from '../ports.ts'

type Alarm = { readonly at: number; readonly callback: () => void }

/** A clock that stands still until the test moves it. Alarms count elapsed time and ignore the wall clock. */
export class FakeClock implements Clock {
  #wall: number
  #elapsed = 0
  readonly #alarms = new Set<Alarm>()
  /** Every requested wait, in ms. */
  readonly waits: number[] = []

  constructor(start = new Date('2026-11-21T10:00:00Z')) {
    this.#wall = start.getTime()
  }

  now(): Date {
    return new Date(this.#wall)
  }

  after(ms: number, callback: () => void): () => void {
    this.waits.push(ms)
    const alarm = { at: this.#elapsed + ms, callback }
    this.#alarms.add(alarm)
    return () => this.#alarms.delete(alarm)
  }

  /** Sets the wall clock, as a person or a time server does; alarms ignore it. */
  jump(ms: number): void {
    this.#wall += ms
  }

  /** Lets time pass and rings the alarms on the way. Work that an alarm starts runs before the next alarm. */
  async pass(ms: number): Promise<void> {
    const end = this.#elapsed + ms
    await settle()
    for (let next = this.#nextUntil(end); next !== null; next = this.#nextUntil(end)) {
      this.#alarms.delete(next)
      this.#advanceTo(next.at)
      next.callback()
      await settle()
    }
    this.#advanceTo(end)
    await settle()
  }

  /** Number of alarms that are set. */
  get pending(): number {
    return this.#alarms.size
  }

  #nextUntil(end: number): Alarm | null {
    const due = [...this.#alarms].filter((alarm) => alarm.at <= end)
    return due.toSorted((one, other) => one.at - other.at)[0] ?? null
  }

  #advanceTo(elapsed: number): void {
    this.#wall += elapsed - this.#elapsed
    this.#elapsed = elapsed
  }
}

/** Lets promises that are ready run to their end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}
