import type { IpcMainInvokeEvent, WebContents } from 'electron'
import { isAppPage } from './address-rules.ts'

/**
 * Knows which of our own pages may use which channels. A page is trusted while its WebContents is registered
 * and shows, in its top frame, exactly the page it was registered with. Everything else is refused, also an
 * empty URL and about:blank (Electron security checklist, item 17).
 */
export class TrustedSenders {
  readonly #pages = new Map<number, string>()

  /** Trusts `contents` for `page` ("index.html") until it is destroyed. */
  trust(contents: WebContents, page: string): void {
    const { id } = contents
    this.#pages.set(id, page)
    contents.once('destroyed', () => this.#pages.delete(id))
  }

  /** True if the event comes from the top frame of a trusted WebContents that still shows `page`. */
  accepts(event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>, page: string): boolean {
    const frame = event.senderFrame
    if (frame === null || frame.parent !== null) return false
    return this.#pages.get(event.sender.id) === page && isAppPage(frame.url, page)
  }
}
