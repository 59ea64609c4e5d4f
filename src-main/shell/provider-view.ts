import { randomUUID } from 'node:crypto'
import { session, WebContentsView } from 'electron'
import { guardProviderPage, type PageOrigin, wipeSession } from './provider-page.ts'
import { OWN_PAGE_PREFERENCES } from './web-contents-guard.ts'

type ProviderViewOptions = {
  readonly start: string
  readonly redirectUri: string | null
  readonly insecureLoopback: boolean
  readonly isPackaged: boolean
  readonly onOrigin: (origin: PageOrigin) => void
}

/** The provider's page: a sandboxed view without a preload, with a session of its own in memory that ends with it. */
export class ProviderView {
  readonly view: WebContentsView

  constructor({ isPackaged, ...rules }: ProviderViewOptions) {
    const partition = `signin-${randomUUID()}` // without `persist:` it is in memory
    this.view = new WebContentsView({
      webPreferences: { ...OWN_PAGE_PREFERENCES, devTools: !isPackaged, partition }
    })
    guardProviderPage(this.view.webContents, session.fromPartition(partition), rules)
  }

  /** Resolves also when the page could not be loaded; `onOrigin` is told of that. */
  async load(url: string): Promise<void> {
    await this.view.webContents.loadURL(url).catch(() => undefined)
  }

  close(): void {
    const { session: pageSession } = this.view.webContents
    this.view.webContents.close()
    void wipeSession(pageSession)
  }
}
