import type { Clock } from '../../src-main/core/ports.ts'

type Alarm = { readonly due: number; readonly timer: NodeJS.Timeout; readonly callback: () => void }

/** The computer's own clock, which can skip hours in a moment: alarms that come due in them ring at once. */
export class PassingClock implements Clock {
  #ahead = 0
  readonly #alarms = new Set<Alarm>()

  now(): Date {
    return new Date(Date.now() + this.#ahead)
  }

  after(ms: number, callback: () => void): () => void {
    const ring = (): void => {
      this.#alarms.delete(alarm)
      callback()
    }
    const alarm: Alarm = { due: this.#elapsed() + ms, timer: setTimeout(ring, ms), callback }
    this.#alarms.add(alarm)
    return () => this.#drop(alarm)
  }

  /** Lets time pass until this clock is `ms` ahead of the computer's. */
  goTo(ms: number): void {
    this.#ahead = ms
    const due = [...this.#alarms].filter((alarm) => alarm.due <= this.#elapsed())
    for (const alarm of due.toSorted((one, other) => one.due - other.due)) {
      this.#drop(alarm)
      alarm.callback()
    }
  }

  #elapsed(): number {
    return performance.now() + this.#ahead
  }

  #drop(alarm: Alarm): void {
    clearTimeout(alarm.timer)
    this.#alarms.delete(alarm)
  }
}
