import type { CredentialRef, ServiceId } from '#shared/credential.ts'
import type { SignInProgress, SignInRequest } from '#shared/sign-in.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import type { SignInPlace, SignInSurface } from './surface-ports.ts'
import type { OAuthClient } from '../oauth-client.ts'
import type { ProviderDirectory } from '../provider-directory.ts'
import type { OtherAccountAnswer } from '#shared/other-account.ts'
import type { PasswordSignInRequest } from '#shared/password-sign-in.ts'

export type SignInServicePorts = {
  readonly oauth: OAuthClient
  readonly repository: CredentialRepository
  /** TokenService.exclusively: a refresh of the former grant must not overwrite the new one. */
  readonly exclusively: <T>(ref: CredentialRef, task: () => Promise<T>) => Promise<T>
  readonly surface: SignInSurface
  readonly writeClipboard: (text: string) => Promise<void>
  readonly clock: Clock
  readonly newAttemptId: () => string
  readonly providers: ProviderDirectory
  /** The person's global setting. */
  readonly alwaysUseBrowser: () => boolean
  /** Providers whose page did not work in the window. */
  readonly windowFailures: { has(service: ServiceId): boolean; add(service: ServiceId): void }
  /** Time that a person has, in ms; default: five minutes. */
  readonly timeoutMs?: number
  readonly onProgress: (progress: SignInProgress) => void
  /** A failed sign-in is no longer kept. */
  readonly onDismissed: (attempt: string) => void
  readonly onSaved: (entry: CatalogEntry) => void
}

/** The part of SignInService that the handlers need. */
export type SignIns = {
  start(request: SignInRequest, place?: SignInPlace | null): Promise<SignInProgress>
  startWithPassword(request: PasswordSignInRequest): Promise<SignInProgress>
  cancel(attempt: string): void
  retry(attempt: string): Promise<SignInProgress>
  dismiss(attempt: string): void
  continueInBrowser(attempt: string): void
  switchToCode(attempt: string): Promise<void>
  userCode(attempt: string): string
  answerOtherAccount(attempt: string, answer: OtherAccountAnswer): void
  submitRedirectUrl(attempt: string, url: string): void
  list(): readonly SignInProgress[]
}
