import { type WebContents, WebContentsView } from 'electron'
import { type StripState, stripStateChannel } from '#shared/sign-in-strip.ts'
import { APP_ORIGIN } from './address-rules.ts'
import type { TrustedSenders } from './trusted-senders.ts'
import { OWN_PAGE_PREFERENCES } from './web-contents-guard.ts'

export const STRIP_PAGE = 'sign-in.html'

type StripViewOptions = {
  readonly preload: string
  readonly trusted: TrustedSenders
  readonly onGone: () => void
}

/** Our own page in a sign-in window. `view.webContents` is undefined once it is gone, so it is kept here. */
export class StripView {
  readonly view: WebContentsView
  readonly id: number
  readonly #contents: WebContents

  constructor({ preload, trusted, onGone }: StripViewOptions) {
    this.view = new WebContentsView({ webPreferences: { ...OWN_PAGE_PREFERENCES, preload } })
    this.#contents = this.view.webContents
    this.id = this.#contents.id
    trusted.trust(this.#contents, STRIP_PAGE)
    this.#contents.once('destroyed', onGone)
    this.#contents.loadURL(`${APP_ORIGIN}/${STRIP_PAGE}`).catch(() => undefined)
  }

  show(state: StripState): void {
    if (!this.#contents.isDestroyed()) this.#contents.send(stripStateChannel, state)
  }

  close(): void {
    if (!this.#contents.isDestroyed()) this.#contents.close()
  }
}
