import { credentialKey, refFromKey } from '#shared/credential.ts'
import type { SignInProgress, SignInRequest } from '#shared/sign-in.ts'
import type { OtherAccountAnswer } from '#shared/other-account.ts'
import type { PasswordSignInRequest } from '#shared/password-sign-in.ts'
import { VaultError } from '#shared/problem.ts'
import type { AttemptPlan } from './attempt-plan.ts'
import { awaitAnswer, hasAnswered } from './awaited-answer.ts'
import { againOf, withNewRegistration } from './new-registration.ts'
import { planPassword } from './password-plan.ts'
import type { AuthorizationRequest, PendingAuthorization } from '../ports.ts'
import type { SignInActions } from './surface-ports.ts'
import { chooseSurface } from '../provider.ts'
import { SignInAttempt } from './sign-in-attempt.ts'
import { type SignInPlan, planAgain, planNew } from './sign-in-plan.ts'
import { type OtherPerson, keepGrant, prepareEntry } from './sign-in-result.ts'
import type { SignInServicePorts } from './sign-in-service-ports.ts'

/** `key`: of which there is one attempt at a time. */
type Way = Omit<AttemptPlan, 'provider' | 'again'> & { readonly key: string }

/** Takes people through a sign-in: one attempt per provider and client at a time, each ending in exactly one way. */
export class SignInService {
  readonly #ports: SignInServicePorts
  readonly #attempts = new Map<string, SignInAttempt>()
  /** What each attempt asked for, by its id. */
  readonly #requests = new Map<string, AuthorizationRequest>()
  readonly #starting = new Map<string, Promise<SignInAttempt>>()
  #isClosed = false

  constructor(ports: SignInServicePorts) {
    this.#ports = ports
  }

  /**
   * Opens the provider's page and returns at once; what follows comes by `onProgress`. A second start for the same
   * provider and client brings the first to the front and returns its progress. Throws UNKNOWN_SERVICE,
   * INVALID_REQUEST, PROVIDER_UNREACHABLE, PROVIDER_REFUSED; nothing is left open then.
   */
  async start(request: SignInRequest): Promise<SignInProgress> {
    const plan = await this.#plan(request)
    const key = JSON.stringify([plan.provider.id, plan.client.id])
    const running = this.#attempts.get(key) ?? this.#starting.get(key)
    if (running !== undefined) {
      const attempt = await running
      attempt.focus()
      return attempt.progress
    }
    const starting = this.#open(key, plan).finally(() => this.#starting.delete(key))
    this.#starting.set(key, starting)
    return (await starting).progress
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
    const attempt = this.#attempt(plan, { id: key, key, surface: 'window', awaited, offersCode: false })
    // Closed meanwhile: nobody waits for it, and the session is ended where it was made.
    if (this.#isClosed) await attempt.fail(new VaultError('SIGN_IN_CANCELLED'))
    return await attempt.finish()
  }

  /** Unknown and ended attempts are ignored: the click came too late. */
  cancel(attempt: string): void {
    void this.#find(attempt)?.fail(new VaultError('SIGN_IN_CANCELLED'))
  }

  /** Opens the page in the person's browser: again, or instead of the window. */
  continueInBrowser(attempt: string): void {
    this.#find(attempt)?.moveToBrowser()
  }

  /** Goes on by a code. Throws what `OAuthClient.beginDevice` throws; the attempt goes on as it was then. */
  async switchToCode(attempt: string): Promise<void> {
    const found = this.#find(attempt)
    const request = this.#requests.get(attempt)
    if (found === null || request === undefined || found.progress.surface === 'device') return
    const awaited = await awaitAnswer(request, 'device', this.#ports)
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

  /** The attempts that wait or redeem. */
  list(): readonly SignInProgress[] {
    return [...this.#attempts.values()].map((attempt) => attempt.progress)
  }

  /** Cancels all; resolves when every port is free. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled(this.#starting.values())
    const cancelled = new VaultError('SIGN_IN_CANCELLED')
    await Promise.all([...this.#attempts.values()].map((attempt) => attempt.fail(cancelled)))
  }

  async #plan(request: SignInRequest): Promise<SignInPlan> {
    if (request.kind === 'new') return await planNew(request, this.#ports)
    const ref = refFromKey(request.credential)
    if (ref === null) throw new VaultError('UNKNOWN_SERVICE')
    const plan = await planAgain(ref, this.#ports, request.scopes ?? null)
    return request.newClient === true ? await withNewRegistration(plan, this.#ports.oauth) : plan
  }

  async #open(key: string, plan: SignInPlan): Promise<SignInAttempt> {
    const { provider, client, scopes, loginHint } = plan
    const request = { provider, client, scopes, loginHint }
    const surface = chooseSurface(provider, {
      alwaysUseBrowser: this.#ports.alwaysUseBrowser(),
      hasFailedEmbedded: this.#ports.windowFailures.has(provider.id),
      lacksClientSecret: client.secret === null
    })
    const awaited = await awaitAnswer(request, surface, this.#ports)
    const offersCode = await this.#ports.oauth.offersDevice(provider).catch(() => false)
    const id = this.#ports.newAttemptId()
    const attempt = this.#attempt(plan, { id, key, surface, awaited, offersCode })
    this.#requests.set(id, request)
    await this.#show(attempt, awaited.pending)
    return attempt
  }

  #attempt(plan: SignInPlan, { key, ...way }: Way): SignInAttempt {
    const { provider } = plan
    const attempt = new SignInAttempt(
      { ...way, provider, again: againOf(plan) },
      {
        clock: this.#ports.clock,
        onProgress: this.#ports.onProgress,
        onWindowFailed: () => this.#ports.windowFailures.add(provider.id),
        onEnd: () => {
          this.#attempts.delete(key)
          this.#requests.delete(way.id)
        },
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
      const actions = this.#actions(attempt.id)
      attempt.begin((progress) =>
        this.#ports.surface.open({ progress, url, redirectUri, surface: progress.surface }, actions)
      )
    } catch (error) {
      await attempt.fail(error)
      throw error
    }
  }

  #actions(attempt: string): SignInActions {
    return {
      cancel: () => this.cancel(attempt),
      continueInBrowser: () => this.continueInBrowser(attempt),
      windowRefused: () => this.#find(attempt)?.windowRefused(),
      pageUnreachable: (isSo) => this.#find(attempt)?.notePage(isSo),
      switchToCode: () => this.switchToCode(attempt),
      copyCode: async () => await this.#ports.writeClipboard(this.userCode(attempt)),
      answerOtherAccount: (answer) => this.answerOtherAccount(attempt, answer),
      submitRedirectUrl: (redirectUrl) => this.submitRedirectUrl(attempt, redirectUrl)
    }
  }

  #find(id: string): SignInAttempt | null {
    return [...this.#attempts.values()].find((attempt) => attempt.id === id) ?? null
  }
}
