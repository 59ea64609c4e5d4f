import { randomUUID } from 'node:crypto'
import { type Session, session, type WebContents, WebContentsView } from 'electron'
import { guardProviderPage, type PageOrigin, wipeSession } from './provider-page.ts'
import { OWN_PAGE_PREFERENCES } from './web-contents-guard.ts'

type ProviderViewOptions = {
  readonly start: string
  readonly redirectUri: string | null
  readonly insecureLoopback: boolean
  readonly isPackaged: boolean
  readonly onOrigin: (origin: PageOrigin) => void
  /**
   * Called when the page is gone: it closed itself, as the last page of some providers does, or `close` was
   * called.
   */
  readonly onGone: () => void
}

/**
 * The provider's page: a sandboxed view without a preload, with a session of its own in memory that ends with it.
 * `view.webContents` is undefined once the page is gone, so everything asked for later is kept here.
 */
export class ProviderView {
  readonly view: WebContentsView
  readonly id: number
  readonly #contents: WebContents
  readonly #session: Session

  constructor({ isPackaged, onGone, ...rules }: ProviderViewOptions) {
    const partition = `signin-${randomUUID()}` // without `persist:` it is in memory
    this.view = new WebContentsView({
      webPreferences: { ...OWN_PAGE_PREFERENCES, devTools: !isPackaged, partition }
    })
    this.#contents = this.view.webContents
    this.#session = session.fromPartition(partition)
    this.id = this.#contents.id
    guardProviderPage(this.#contents, this.#session, rules)
    this.#contents.once('destroyed', onGone)
  }

  /** Loads the page. Resolves also after a failure, which `onOrigin` gets. */
  async load(url: string): Promise<void> {
    await this.#contents.loadURL(url).catch(() => undefined)
  }

  focus(): void {
    if (!this.#contents.isDestroyed()) this.#contents.focus()
  }

  close(): void {
    if (!this.#contents.isDestroyed()) this.#contents.close()
    void wipeSession(this.#session)
  }
}
