import type { CredentialRef, ServiceId } from '#shared/credential.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import type { SignInSurface } from './surface-ports.ts'
import type { OAuthClient } from '../oauth-client.ts'
import type { ProviderDirectory } from '../provider-directory.ts'

export type SignInServicePorts = {
  readonly oauth: OAuthClient
  readonly repository: CredentialRepository
  /** TokenService.exclusively: what is stored here must not be written over by a refresh of what was there before. */
  readonly exclusively: <T>(ref: CredentialRef, task: () => Promise<T>) => Promise<T>
  readonly surface: SignInSurface
  readonly writeClipboard: (text: string) => Promise<void>
  readonly clock: Clock
  readonly newAttemptId: () => string
  readonly providers: ProviderDirectory
  /** The person's global switch. */
  readonly alwaysUseBrowser: () => boolean
  /** Providers whose page did not work in the window. */
  readonly windowFailures: { has(service: ServiceId): boolean; add(service: ServiceId): void }
  /** How long a person has, in ms; default: five minutes. */
  readonly timeoutMs?: number
  readonly onProgress: (progress: SignInProgress) => void
  /** A sign-in that failed is kept no more. */
  readonly onDismissed: (attempt: string) => void
  readonly onSaved: (entry: CatalogEntry) => void
}
