import type { OtherAccountAnswer } from '#shared/other-account.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { SurfaceKind } from '../provider.ts'

/** The place where a person sees the provider's page. */
export interface SignInSurface {
  open(view: SignInView, actions: SignInActions): OpenSignInSurface
}
export type SignInView = {
  readonly progress: SignInProgress
  readonly url: string
  /** The only address without TLS that the page may go to. Null: none. */
  readonly redirectUri: string | null
  readonly surface: SurfaceKind
}
export type SignInActions = {
  readonly cancel: () => void
  readonly continueInBrowser: () => void
  /** The provider refuses to show its page in our window. */
  readonly windowRefused: () => void
  /** The page could not be loaded, which is not the window's fault. False: it is there after all. */
  readonly pageUnreachable: (isSo: boolean) => void
  /** Throws as `OAuthClient.beginDevice`; the page then stays. */
  readonly switchToCode: () => Promise<void>
  readonly copyCode: () => Promise<void>
  readonly answerOtherAccount: (answer: OtherAccountAnswer) => void
  readonly submitRedirectUrl: (url: string) => void
}
export interface OpenSignInSurface {
  update(progress: SignInProgress): void
  /** Shows the page in the person's browser and the waiting panel in its place. */
  moveToBrowser(progress: SignInProgress): void
  /** Shows the code in place of the page; from then on the browser opens `url`. */
  moveToDevice(progress: SignInProgress, url: string): void
  /** Brings the window to the front. */
  focus(): void
  close(): void
}

/** Where one sign-in is shown, if that is not where all are. */
export type SignInPlace = {
  readonly surface: SignInSurface
  /** Null: what the provider prefers, and its page in the person's browser in place of a window. */
  readonly kind: SurfaceKind | null
  /** False: no browser can be opened there, so a code is preferred where the provider offers that. */
  readonly hasBrowser: boolean
}
