import type { SignInProgress } from '#shared/ipc.ts'
import { VaultError, toProblem } from '#shared/problem.ts'
import { MINUTE } from './lifetime.ts'
import type { Clock, OpenSignInSurface, PendingAuthorization } from './ports.ts'
import type { OAuthProvider, SurfaceKind } from './provider.ts'

/** How long a person has, in ms, unless the composition root says otherwise. */
export const SIGN_IN_TIMEOUT = 5 * MINUTE

export type AttemptPlan = {
  readonly id: string
  readonly provider: OAuthProvider
  readonly surface: SurfaceKind
  readonly pending: PendingAuthorization
  readonly timeoutMs: number
}

type Ports = {
  readonly clock: Clock
  readonly onProgress: (progress: SignInProgress) => void
  /** Takes the answer to the end: redeems, stores, and says under which id. */
  readonly finish: () => Promise<string>
  readonly onEnd: () => void
}

/** One sign-in from the open page to its end. Whatever ends it releases the port and closes the surface. */
export class SignInAttempt {
  readonly id: string
  readonly #plan: AttemptPlan
  readonly #ports: Ports
  #surface: OpenSignInSurface | null = null
  #progress: SignInProgress
  #cancelAlarm: (() => void) | null = null
  #closed: Promise<void> | null = null

  constructor(plan: AttemptPlan, ports: Ports) {
    this.id = plan.id
    this.#plan = plan
    this.#ports = ports
    const until = new Date(ports.clock.now().getTime() + plan.timeoutMs).toISOString()
    this.#progress = {
      attempt: plan.id,
      service: plan.provider.id,
      name: plan.provider.name,
      host: /^https?:\/\/([^/?#]+)/.exec(plan.pending.url)?.[1] ?? '',
      surface: plan.surface,
      state: { kind: 'waiting', until }
    }
  }

  get progress(): SignInProgress {
    return this.#progress
  }

  /** Whether the person was told how it ended; what comes later must not be kept. */
  get isOver(): boolean {
    return this.#closed !== null
  }

  /** Begins to wait. `open` shows the provider's page. */
  begin(open: (progress: SignInProgress) => OpenSignInSurface): void {
    this.#surface = open(this.#progress)
    this.#countDown(this.#plan.timeoutMs)
    this.#ports.onProgress(this.#progress)
    void this.#plan.pending.answered.then(() => this.#redeem())
  }

  focus(): void {
    this.#surface?.focus()
  }

  moveToBrowser(): void {
    this.#progress = { ...this.#progress, surface: 'browser' }
    this.#surface?.moveToBrowser(this.#progress)
    this.#ports.onProgress(this.#progress)
  }

  submit(redirectUrl: string): void {
    this.#plan.pending.submit(redirectUrl)
  }

  /** Ends the attempt unless it has ended. Resolves when the port is free. */
  async fail(error: unknown): Promise<void> {
    if (this.#closed === null) this.#end({ kind: 'failed', problem: toProblem(error) })
    await this.#closed
  }

  async #redeem(): Promise<void> {
    if (this.isOver) return
    this.#cancelAlarm?.()
    this.#show({ kind: 'redeeming' })
    try {
      const credential = await this.#ports.finish()
      if (!this.isOver) this.#end({ kind: 'done', credential })
    } catch (error) {
      await this.fail(error)
    }
  }

  /** Counted by alarms of a minute at most, so that a clock that is set does not lengthen or end the wait. */
  #countDown(ms: number): void {
    const step = Math.min(ms, MINUTE)
    this.#cancelAlarm = this.#ports.clock.after(step, () => {
      if (ms > step) this.#countDown(ms - step)
      else void this.fail(new VaultError('SIGN_IN_TIMED_OUT'))
    })
  }

  #end(state: SignInProgress['state']): void {
    this.#cancelAlarm?.()
    this.#closed = this.#plan.pending.close()
    this.#ports.onEnd()
    this.#show(state)
    this.#surface?.close()
  }

  #show(state: SignInProgress['state']): void {
    this.#progress = { ...this.#progress, state }
    this.#surface?.update(this.#progress)
    this.#ports.onProgress(this.#progress)
  }
}
