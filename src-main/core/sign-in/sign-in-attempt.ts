import type { SignInProgress } from '#shared/sign-in.ts'
import type { OtherAccount, OtherAccountAnswer } from '#shared/other-account.ts'
import { VaultError, toProblem, type Problem } from '#shared/problem.ts'
import { MINUTE } from '../tokens/lifetime.ts'
import type { PendingAuthorization, AuthorizationRequest } from '../oauth-client.ts'
import type { Clock } from '../ports.ts'
import type { OAuthProvider, SurfaceKind } from '../provider.ts'
import type { AwaitedAnswer } from './awaited-answer.ts'
import type { OpenSignInSurface } from './surface-ports.ts'

export type AttemptPlan = {
  readonly id: string
  readonly provider: OAuthProvider
  /**
   * Request that can be repeated, such as for a code instead of a page. Null: the answer is already there.
   */
  readonly request: AuthorizationRequest | null
  readonly surface: SurfaceKind
  readonly awaited: AwaitedAnswer
  /** The provider also offers sign-in by a code. */
  readonly offersCode: boolean
  /** Null: a first sign-in. */
  readonly again: NonNullable<SignInProgress['again']> | null
}

/** Ports that the service gives to an attempt. */
type AttemptPorts = {
  readonly clock: Clock
  readonly onProgress: (progress: SignInProgress) => void
  /** Redeems the answer and saves the grant; returns the id of the credential. */
  readonly finish: (pending: PendingAuthorization) => Promise<string>
  readonly onEnd: () => void
  /** True if the same sign-in can be started again after this problem. */
  readonly canRetry: (problem: Problem) => boolean
  /** The window did not work for this provider. */
  readonly onWindowFailed: () => void
}

type Question = {
  readonly resolve: (answer: OtherAccountAnswer) => void
  readonly reject: (error: VaultError) => void
}

/** One sign-in from the open page to its end. Every end releases the port and closes the surface. */
export class SignInAttempt {
  readonly id: string
  readonly request: AttemptPlan['request']
  readonly #ports: AttemptPorts
  #awaited: AwaitedAnswer
  #surface: OpenSignInSurface | null = null
  #progress: SignInProgress
  #cancelAlarm: (() => void) | null = null
  #question: Question | null = null
  #isUnreachable = false
  #onQuestion = (): void => undefined
  #left: Promise<void> = Promise.resolve()
  #closed: Promise<void> | null = null

  constructor(plan: AttemptPlan, ports: AttemptPorts) {
    this.id = plan.id
    this.request = plan.request
    this.#awaited = plan.awaited
    this.#ports = ports
    this.#progress = {
      attempt: plan.id,
      service: plan.provider.id,
      name: plan.provider.name,
      surface: plan.surface,
      offersCode: plan.offersCode,
      ...(plan.again && { again: plan.again }),
      ...this.#waiting()
    }
  }

  get progress(): SignInProgress {
    return this.#progress
  }

  /** True once the attempt has ended; a later answer must not be saved. */
  get isOver(): boolean {
    return this.#closed !== null
  }

  /** Begins to wait. `open` shows the provider's page. */
  begin(open: (progress: SignInProgress) => OpenSignInSurface): void {
    this.#surface = open(this.#progress)
    this.#wait()
  }

  /** Saves an answer that is already there. Resolves when it is saved or refused, or a question is shown. */
  async finish(): Promise<SignInProgress> {
    const asked = new Promise<void>((resolve) => void (this.#onQuestion = resolve))
    await Promise.race([asked, this.#keep(this.#awaited.pending)])
    return this.#progress
  }

  focus(): void {
    this.#surface?.focus()
  }

  /** Remembers to use the browser at once next time; this attempt goes on as it is. */
  windowRefused(): void {
    if (this.#progress.surface === 'window') this.#ports.onWindowFailed()
  }

  /** Notes whether the page is unreachable: a move to the browser then says nothing about the window. */
  notePage(isUnreachable: boolean): void {
    this.#isUnreachable = isUnreachable
  }

  /** Moves the page to the browser. A code stays on the screen, and only its page is opened. */
  moveToBrowser(): void {
    if (!this.#isUnreachable) this.windowRefused()
    if (this.#progress.surface !== 'device') this.#progress = { ...this.#progress, surface: 'browser' }
    this.#surface?.moveToBrowser(this.#progress)
    this.#ports.onProgress(this.#progress)
  }

  /**
   * Gives up the redirect URI and waits for the code. False: it is too late, and the code is not used.
   */
  moveToDevice(awaited: AwaitedAnswer): boolean {
    if (this.#progress.state.kind !== 'waiting' || this.#progress.surface === 'device') return false
    this.#cancelAlarm?.()
    this.#left = this.#awaited.pending.close()
    this.#awaited = awaited
    this.#progress = { ...this.#progress, surface: 'device', ...this.#waiting() }
    this.#surface?.moveToDevice(this.#progress, awaited.pending.url)
    this.#wait()
    return true
  }

  /** Shows the question and resolves with the answer. Rejects when the attempt ends without one. */
  async askOtherAccount(who: Pick<OtherAccount, 'expected' | 'found'>): Promise<OtherAccountAnswer> {
    if (this.isOver) throw new VaultError('SIGN_IN_CANCELLED')
    const { timeoutMs } = this.#awaited
    return await new Promise((resolve, reject) => {
      this.#question = { resolve, reject }
      this.#countDown(timeoutMs)
      this.#show({ kind: 'other-account', ...who, until: this.#endOf(timeoutMs) })
      this.focus()
      this.#onQuestion()
    })
  }

  answerOtherAccount(answer: OtherAccountAnswer): void {
    if (this.#question === null || this.isOver) return
    this.#cancelAlarm?.()
    this.#show({ kind: 'redeeming' })
    this.#question.resolve(answer)
    this.#question = null
  }

  submit(redirectUrl: string): void {
    this.#awaited.pending.submit(redirectUrl)
  }

  /** Ends the attempt unless it has ended. Resolves when the port is free. */
  async fail(error: unknown): Promise<void> {
    if (this.#closed === null) {
      const problem = toProblem(error)
      // The form reports an attempt that never began, and still has its input.
      const canRetry = this.#surface !== null && this.#ports.canRetry(problem)
      this.#end({ kind: 'failed', problem, canRetry })
    }
    await this.#closed
  }

  #waiting(): Pick<SignInProgress, 'host' | 'device' | 'state'> {
    const { device, pending, timeoutMs } = this.#awaited
    const until = this.#endOf(timeoutMs)
    const host = /^https?:\/\/([^/?#]+)/.exec(pending.url)?.[1] ?? ''
    return { host, device, state: { kind: 'waiting', until } }
  }

  #endOf(ms: number): string {
    return new Date(this.#ports.clock.now().getTime() + ms).toISOString()
  }

  #wait(): void {
    const { pending, timeoutMs } = this.#awaited
    this.#countDown(timeoutMs)
    this.#ports.onProgress(this.#progress)
    void pending.answered.then(() => this.#redeem(pending))
  }

  async #redeem(pending: PendingAuthorization): Promise<void> {
    if (this.isOver || pending !== this.#awaited.pending) return
    this.#cancelAlarm?.()
    this.#show({ kind: 'redeeming' })
    await this.#keep(pending)
  }

  async #keep(pending: PendingAuthorization): Promise<void> {
    try {
      const credential = await this.#ports.finish(pending)
      if (!this.isOver) this.#end({ kind: 'done', credential })
    } catch (error) {
      await this.fail(error)
    }
  }

  /** Counts with alarms of at most a minute, so that a change of the wall clock does not change the wait. */
  #countDown(ms: number): void {
    const step = Math.min(ms, MINUTE)
    this.#cancelAlarm = this.#ports.clock.after(step, () => {
      if (ms > step) this.#countDown(ms - step)
      else void this.fail(new VaultError('SIGN_IN_TIMED_OUT'))
    })
  }

  #end(state: SignInProgress['state']): void {
    this.#cancelAlarm?.()
    this.#closed = Promise.all([this.#left, this.#awaited.pending.close()]).then(() => undefined)
    this.#ports.onEnd()
    this.#question?.reject(new VaultError('SIGN_IN_CANCELLED'))
    this.#show(state)
    this.#surface?.close()
  }

  #show(state: SignInProgress['state']): void {
    this.#progress = { ...this.#progress, state }
    this.#surface?.update(this.#progress)
    this.#ports.onProgress(this.#progress)
  }
}
