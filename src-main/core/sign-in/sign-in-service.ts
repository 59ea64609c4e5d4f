import { credentialKey } from '#shared/credential.ts'
import type { SignInProgress, SignInRequest } from '#shared/sign-in.ts'
import type { OtherAccountAnswer } from '#shared/other-account.ts'
import type { PasswordSignInRequest } from '#shared/password-sign-in.ts'
import { VaultError } from '#shared/problem.ts'
import { type AttemptPlan, SignInAttempt } from './sign-in-attempt.ts'
import { askProvider, awaitAnswer, hasAnswered } from './awaited-answer.ts'
import { FailedSignIns, isWorthRetrying } from './failed-sign-ins.ts'
import { againOf, type SignInPlan, planRequested } from './sign-in-plan.ts'
import { planPassword } from './password-plan.ts'
import { type OtherPerson, keepGrant, prepareEntry } from './sign-in-result.ts'
import type { SignInServicePorts, SignIns } from './sign-in-service-ports.ts'
import type { PendingAuthorization } from '../oauth-client.ts'
import type { SignInActions, SignInPlace, SignInSurface } from './surface-ports.ts'

/** `key`: identifies the attempt; there is one per key at a time. */
type Way = Omit<AttemptPlan, 'provider' | 'again'> & { readonly key: string }

type How = {
  /** False once nobody wants the sign-in any more. */
  readonly isWanted?: () => boolean
  /** Null: a window of the app. */
  readonly place?: SignInPlace | null
}

const always = (): boolean => true
const UNDER_WAY =
  'A sign-in at this provider is already running. Finish or cancel it, then start this one again.'

/** Runs sign-ins: one attempt per provider and client at a time, each with exactly one end. */
export class SignInService {
  readonly #ports: SignInServicePorts
  readonly #attempts = new Map<string, SignInAttempt>()
  readonly #starting = new SignInStarts()
  readonly #failed: FailedSignIns
  #isClosed = false

  constructor(ports: SignInServicePorts) {
    this.#ports = ports
    this.#failed = new FailedSignIns(ports)
  }

  /**
   * Opens the provider's page and returns at once; later progress comes by `onProgress`. A second start for
   * the same provider and client brings the first to the front and returns its progress. Throws
   * UNKNOWN_SERVICE, INVALID_REQUEST, PROVIDER_UNREACHABLE, PROVIDER_REFUSED; nothing is left open then. `place`: where it is
   * shown instead of a window of the app; a second start is refused there (INVALID_REQUEST).
   */
  async start(request: SignInRequest, place: SignInPlace | null = null): Promise<SignInProgress> {
    return await this.#start(await planRequested(request, this.#ports), { place })
  }

  /**
   * Signs in with the password of a project, which is sent at once, so that the form can report an error.
   * Resolves when the sign-in has ended or asks about another account. Throws as `planPassword` and
   * `signInWithPassword`.
   */
  async startWithPassword(request: PasswordSignInRequest): Promise<SignInProgress> {
    const { plan, login } = await planPassword(request, this.#ports)
    const grant = await this.#ports.oauth.signInWithPassword({ ...plan, ...login })
    const awaited = hasAnswered(plan.provider.endpoints.issuer, grant, this.#ports)
    const key = this.#ports.newAttemptId()
    const way = { id: key, key, request: null, surface: 'window', awaited, offersCode: false } as const
    const attempt = this.#attempt(plan, way)
    // The service was closed meanwhile, so the session is ended at the provider.
    if (this.#isClosed) await attempt.fail(new VaultError('SIGN_IN_CANCELLED'))
    return await attempt.finish()
  }

  /** Cancels an attempt; an unknown or ended one is ignored, because the click came too late. */
  cancel(attempt: string): void {
    void this.#find(attempt)?.fail(new VaultError('SIGN_IN_CANCELLED'))
  }

  /**
   * Starts a failed first sign-in again, with its client and secret. Resolves with the new attempt, or with
   * the failed one and the reason why it could not be started. Throws INVALID_REQUEST for a sign-in that is
   * not kept, and SIGN_IN_CANCELLED for one that is dismissed meanwhile.
   */
  async retry(attempt: string): Promise<SignInProgress> {
    const plan = this.#failed.planOf(attempt)
    try {
      return await this.#start(plan, { isWanted: () => this.#failed.has(attempt) })
    } catch (error) {
      return this.#failed.failedAgain(attempt, error)
    }
  }

  /** Forgets a failed sign-in. A running or unknown one is left alone. */
  dismiss(attempt: string): void {
    this.#failed.forget(attempt)
  }

  /** Opens the page in the person's browser: again, or instead of the window. */
  continueInBrowser(attempt: string): void {
    this.#find(attempt)?.moveToBrowser()
  }

  /** Goes on with a code. Throws as `OAuthClient.beginDevice`; the attempt then goes on as it was. */
  async switchToCode(attempt: string): Promise<void> {
    const found = this.#find(attempt)
    if (found === null || found.request === null || found.progress.surface === 'device') return
    const awaited = await awaitAnswer(found.request, 'device', this.#ports)
    if (!found.moveToDevice(awaited)) await awaited.pending.close()
  }

  /** Returns the code that a person types. Throws INVALID_REQUEST if this attempt has no code. */
  userCode(attempt: string): string {
    const device = this.#find(attempt)?.progress.device ?? null
    if (device === null) throw new VaultError('INVALID_REQUEST', { message: 'There is no code to copy.' })
    return device.userCode
  }

  /** Answers the question about a sign-in by another person than before. A late click is ignored. */
  answerOtherAccount(attempt: string, answer: OtherAccountAnswer): void {
    this.#find(attempt)?.answerOtherAccount(answer)
  }

  /**
   * Takes a pasted redirect URL. Throws INVALID_REQUEST if it belongs to another attempt; the wait goes on.
   */
  submitRedirectUrl(attempt: string, url: string): void {
    const found = this.#find(attempt)
    if (found === null) throw new VaultError('INVALID_REQUEST', { message: 'This sign-in has ended.' })
    found.submit(url.trim())
  }

  /** Returns the failed attempts that can be tried again, then those that wait or redeem. */
  list(): readonly SignInProgress[] {
    return [...this.#failed.list(), ...[...this.#attempts.values()].map((attempt) => attempt.progress)]
  }

  /** Cancels all attempts and forgets the failed ones; resolves when every port is free. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#starting.ended()
    const cancelled = new VaultError('SIGN_IN_CANCELLED')
    await Promise.all([...this.#attempts.values()].map((attempt) => attempt.fail(cancelled)))
    this.#failed.clear()
  }

  async #start(plan: SignInPlan, how: How): Promise<SignInProgress> {
    const { isWanted = always, place = null } = how
    if (this.#isClosed || !isWanted()) throw new VaultError('SIGN_IN_CANCELLED')
    const key = JSON.stringify([plan.provider.id, plan.client.id])
    const running = this.#attempts.get(key) ?? this.#starting.get(key)
    if (running !== undefined && place !== null)
      throw new VaultError('INVALID_REQUEST', { message: UNDER_WAY })
    const attempt = await (running ?? this.#starting.note(key, this.#open(key, plan, how)))
    // The start that this call waited for was given up, so this call starts its own.
    if (attempt === null) return await this.#start(plan, how)
    if (running !== undefined) attempt.focus()
    return attempt.progress
  }

  async #open(
    key: string,
    plan: SignInPlan,
    { isWanted = always, place = null }: How
  ): Promise<SignInAttempt | null> {
    const asked = await askProvider(plan, this.#ports, isWanted, place)
    if (asked === null) return null
    const attempt = this.#attempt(plan, { id: this.#ports.newAttemptId(), key, ...asked })
    await this.#show(attempt, asked.awaited.pending, place?.surface ?? this.#ports.surface)
    return attempt
  }

  #attempt(plan: SignInPlan, { key, ...way }: Way): SignInAttempt {
    const { provider, target } = plan
    // Passwords are never kept, and an existing entry is signed in to again from its own record.
    const isKept = way.request !== null && target.kind === 'new'
    const attempt = new SignInAttempt(
      { ...way, provider, again: againOf(plan) },
      {
        clock: this.#ports.clock,
        canRetry: (problem) => isKept && isWorthRetrying(problem),
        onProgress: (progress) => {
          // The failure is kept before it is reported, so that a listener can ask for it.
          this.#failed.note(progress, plan)
          this.#ports.onProgress(progress)
        },
        onWindowFailed: () => this.#ports.windowFailures.add(provider.id),
        onEnd: () => void this.#attempts.delete(key),
        finish: async (pending) => {
          const grant = await pending.redeem()
          const asks = (who: OtherPerson) => attempt.askOtherAccount(who)
          const entry = await keepGrant({ plan, grant, asks, isOver: () => attempt.isOver }, this.#ports)
          this.#ports.onSaved(entry)
          return credentialKey(entry.ref)
        }
      }
    )
    this.#attempts.set(key, attempt)
    prepareEntry(plan, this.#ports.repository)
    return attempt
  }

  async #show(
    attempt: SignInAttempt,
    { url, redirectUri }: PendingAuthorization,
    surface: SignInSurface
  ): Promise<void> {
    try {
      if (this.#isClosed) throw new VaultError('SIGN_IN_CANCELLED')
      const { writeClipboard } = this.#ports
      const find = (): SignInAttempt | null => this.#find(attempt.id)
      const actions = surfaceActions(attempt.id, { signIns: this, find, writeClipboard })
      attempt.begin((progress) =>
        surface.open({ progress, url, redirectUri, surface: progress.surface }, actions)
      )
      // A repeated sign-in leaves a failed first one as it is.
      if (attempt.progress.again === undefined) this.#failed.forgetService(attempt.progress.service)
    } catch (error) {
      await attempt.fail(error)
      throw error
    }
  }

  #find(id: string): SignInAttempt | null {
    return [...this.#attempts.values()].find((attempt) => attempt.id === id) ?? null
  }
}

/** Null: its caller has given it up. */
type Start = Promise<SignInAttempt | null>

/** Sign-ins that are being started, one per key. */
class SignInStarts {
  readonly #running = new Map<string, Start>()

  get(key: string): Start | undefined {
    return this.#running.get(key)
  }

  /** Remembers a start until it has ended in any way. */
  note(key: string, start: Start): Start {
    const running = start.finally(() => this.#running.delete(key))
    this.#running.set(key, running)
    return running
  }

  /** Resolves when all current starts have ended. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#running.values())
  }
}

type Ports = {
  readonly signIns: SignIns
  /** Returns the attempt. Null: it has ended. */
  readonly find: () => Pick<SignInAttempt, 'windowRefused' | 'notePage'> | null
  readonly writeClipboard: (text: string) => Promise<void>
}

/** Returns the actions of one attempt's surface; they affect that attempt alone. */
function surfaceActions(attempt: string, { signIns, find, writeClipboard }: Ports): SignInActions {
  return {
    cancel: () => signIns.cancel(attempt),
    continueInBrowser: () => signIns.continueInBrowser(attempt),
    windowRefused: () => find()?.windowRefused(),
    pageUnreachable: (isSo) => find()?.notePage(isSo),
    switchToCode: () => signIns.switchToCode(attempt),
    copyCode: async () => await writeClipboard(signIns.userCode(attempt)),
    answerOtherAccount: (answer) => signIns.answerOtherAccount(attempt, answer),
    submitRedirectUrl: (redirectUrl) => signIns.submitRedirectUrl(attempt, redirectUrl)
  }
}
