import { credentialKey } from '#shared/credential.ts'
import type { SignInProgress, SignInRequest } from '#shared/sign-in.ts'
import type { OtherAccountAnswer } from '#shared/other-account.ts'
import type { PasswordSignInRequest } from '#shared/password-sign-in.ts'
import { VaultError } from '#shared/problem.ts'
import type { AttemptPlan } from './attempt-plan.ts'
import { askProvider, awaitAnswer, hasAnswered } from './awaited-answer.ts'
import { FailedSignIns, isWorthRetrying } from './failed-sign-ins.ts'
import { againOf } from './new-registration.ts'
import { planPassword } from './password-plan.ts'
import { planRequested } from './requested-plan.ts'
import { SignInAttempt } from './sign-in-attempt.ts'
import type { SignInPlan } from './sign-in-plan.ts'
import { type OtherPerson, keepGrant, prepareEntry } from './sign-in-result.ts'
import type { SignInServicePorts, SignIns } from './sign-in-service-ports.ts'
import type { PendingAuthorization } from '../oauth-client.ts'
import type { SignInActions } from './surface-ports.ts'

/** `key`: of which there is one attempt at a time. */
type Way = Omit<AttemptPlan, 'provider' | 'again'> & { readonly key: string }

/** Takes people through a sign-in: one attempt per provider and client at a time, each ending in exactly one way. */
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
   * Opens the provider's page and returns at once; what follows comes by `onProgress`. A second start for the same
   * provider and client brings the first to the front and returns its progress. Throws UNKNOWN_SERVICE,
   * INVALID_REQUEST, PROVIDER_UNREACHABLE, PROVIDER_REFUSED; nothing is left open then.
   */
  async start(request: SignInRequest): Promise<SignInProgress> {
    return await this.#start(await planRequested(request, this.#ports))
  }

  /**
   * With the password of a project's own, sent at once: the form is told what is wrong with it. Resolves when the
   * sign-in has ended or asks about another account. Throws what `planPassword` and `signInWithPassword` throw.
   */
  async startWithPassword(request: PasswordSignInRequest): Promise<SignInProgress> {
    const { plan, login } = await planPassword(request, this.#ports)
    const grant = await this.#ports.oauth.signInWithPassword({ ...plan, ...login })
    const awaited = hasAnswered(plan.provider.endpoints.issuer, grant, this.#ports)
    const key = this.#ports.newAttemptId()
    const way = { id: key, key, request: null, surface: 'window', awaited, offersCode: false } as const
    const attempt = this.#attempt(plan, way)
    // Closed meanwhile: nobody waits for it, and the session is ended where it was made.
    if (this.#isClosed) await attempt.fail(new VaultError('SIGN_IN_CANCELLED'))
    return await attempt.finish()
  }

  /** Unknown and ended attempts are ignored: the click came too late. */
  cancel(attempt: string): void {
    void this.#find(attempt)?.fail(new VaultError('SIGN_IN_CANCELLED'))
  }

  /**
   * Starts a first sign-in that failed once more, with its client and secret. Resolves with the new attempt, or with the
   * one that failed and why the same could not be started now. Throws INVALID_REQUEST for one that is not kept, and
   * SIGN_IN_CANCELLED for one that is dismissed meanwhile.
   */
  async retry(attempt: string): Promise<SignInProgress> {
    const plan = this.#failed.planOf(attempt)
    try {
      return await this.#start(plan, () => this.#failed.has(attempt))
    } catch (error) {
      return this.#failed.failedAgain(attempt, error)
    }
  }

  /** Forgets a sign-in that failed. One that is under way, or unknown, is left alone. */
  dismiss(attempt: string): void {
    this.#failed.forget(attempt)
  }

  /** Opens the page in the person's browser: again, or instead of the window. */
  continueInBrowser(attempt: string): void {
    this.#find(attempt)?.moveToBrowser()
  }

  /** Goes on by a code. Throws what `OAuthClient.beginDevice` throws; the attempt goes on as it was then. */
  async switchToCode(attempt: string): Promise<void> {
    const found = this.#find(attempt)
    if (found === null || found.request === null || found.progress.surface === 'device') return
    const awaited = await awaitAnswer(found.request, 'device', this.#ports)
    if (!found.moveToDevice(awaited)) await awaited.pending.close()
  }

  /** The code a person types. Throws INVALID_REQUEST if this attempt waits for no code. */
  userCode(attempt: string): string {
    const device = this.#find(attempt)?.progress.device ?? null
    if (device === null) throw new VaultError('INVALID_REQUEST', { message: 'There is no code to copy.' })
    return device.userCode
  }

  /** What becomes of a sign-in by somebody else than before. Too late a click is ignored. */
  answerOtherAccount(attempt: string, answer: OtherAccountAnswer): void {
    this.#find(attempt)?.answerOtherAccount(answer)
  }

  /** The paste fallback. Throws INVALID_REQUEST if the URL does not belong to this attempt; the wait goes on. */
  submitRedirectUrl(attempt: string, url: string): void {
    const found = this.#find(attempt)
    if (found === null) throw new VaultError('INVALID_REQUEST', { message: 'This sign-in has ended.' })
    found.submit(url.trim())
  }

  /** The attempts that failed and can be tried again, and then those that wait or redeem. */
  list(): readonly SignInProgress[] {
    return [...this.#failed.list(), ...[...this.#attempts.values()].map((attempt) => attempt.progress)]
  }

  /** Cancels all and forgets what failed; resolves when every port is free. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#starting.ended()
    const cancelled = new VaultError('SIGN_IN_CANCELLED')
    await Promise.all([...this.#attempts.values()].map((attempt) => attempt.fail(cancelled)))
    this.#failed.clear()
  }

  async #start(plan: SignInPlan, isWanted = () => true): Promise<SignInProgress> {
    if (this.#isClosed || !isWanted()) throw new VaultError('SIGN_IN_CANCELLED')
    const key = JSON.stringify([plan.provider.id, plan.client.id])
    const running = this.#attempts.get(key) ?? this.#starting.get(key)
    const attempt = await (running ?? this.#starting.note(key, this.#open(key, plan, isWanted)))
    // Whoever has waited for what another one gave up goes on alone.
    if (attempt === null) return await this.#start(plan, isWanted)
    if (running !== undefined) attempt.focus()
    return attempt.progress
  }

  async #open(key: string, plan: SignInPlan, isWanted: () => boolean): Promise<SignInAttempt | null> {
    const asked = await askProvider(plan, this.#ports, isWanted)
    if (asked === null) return null
    const attempt = this.#attempt(plan, { id: this.#ports.newAttemptId(), key, ...asked })
    await this.#show(attempt, asked.awaited.pending)
    return attempt
  }

  #attempt(plan: SignInPlan, { key, ...way }: Way): SignInAttempt {
    const { provider, target } = plan
    // No password is kept, and an entry that is there is signed in to again from its own record.
    const isKept = way.request !== null && target.kind === 'new'
    const attempt = new SignInAttempt(
      { ...way, provider, again: againOf(plan) },
      {
        clock: this.#ports.clock,
        canRetry: (problem) => isKept && isWorthRetrying(problem),
        onProgress: (progress) => {
          // Kept first, so that whoever is told can ask for it.
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

  async #show(attempt: SignInAttempt, { url, redirectUri }: PendingAuthorization): Promise<void> {
    try {
      if (this.#isClosed) throw new VaultError('SIGN_IN_CANCELLED')
      const { surface, writeClipboard } = this.#ports
      const find = (): SignInAttempt | null => this.#find(attempt.id)
      const actions = surfaceActions(attempt.id, { signIns: this, find, writeClipboard })
      attempt.begin((progress) =>
        surface.open({ progress, url, redirectUri, surface: progress.surface }, actions)
      )
      // A sign-in again takes nothing from a first one that failed.
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

/** Null: given up by whoever began it. */
type Start = Promise<SignInAttempt | null>

/** Sign-ins that are being started, one of each key. */
class SignInStarts {
  readonly #running = new Map<string, Start>()

  get(key: string): Start | undefined {
    return this.#running.get(key)
  }

  /** Remembers it until it has ended, whichever way. */
  note(key: string, start: Start): Start {
    const running = start.finally(() => this.#running.delete(key))
    this.#running.set(key, running)
    return running
  }

  /** Resolves when those that run now have ended. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#running.values())
  }
}

type Ports = {
  readonly signIns: SignIns
  /** Null: it has ended. */
  readonly find: () => Pick<SignInAttempt, 'windowRefused' | 'notePage'> | null
  readonly writeClipboard: (text: string) => Promise<void>
}

/** What the surface of one attempt can do, to that attempt alone. */
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
