// The pages that pages open: `setWindowOpenHandler` decides, and Chromium holds the pop-up until then.
import { reportUncaught } from './announce.ts'
import type { Json, Session as CdpSession } from './cdp.ts'
import type { Target } from './chromium.ts'
import { refusePopup } from './network.ts'
import type { WebPreferences } from './web-preferences.ts'
import { schemes } from './schemes.ts'

export type OpenedWindowOptions = { webPreferences?: WebPreferences; [noted: string]: unknown }
type WindowOpenDetails = { url: string; frameName: string; features: string; disposition: string }
type WindowOpenAnswer = { action: 'allow' | 'deny'; overrideBrowserWindowOptions?: OpenedWindowOptions }
export type WindowOpenHandler = (details: WindowOpenDetails) => WindowOpenAnswer
type Opened = { window: object; details: WindowOpenDetails }

/** The pop-ups of one page. */
export class Popups {
  /** Makes the window of a pop-up; set by browser-window.ts, which imports this file through the page. */
  static openWindow: (options: OpenedWindowOptions, popup: Target) => object
  handler: WindowOpenHandler | undefined
  readonly #opening: { url: string; windowName: string; windowFeatures: string[] }[] = []

  follow(cdp: CdpSession): void {
    cdp.on('Page.windowOpen', (details: Json) => this.#opening.push(details))
  }
  /** Returns the window of the pop-up; null if the app refused it. */
  decide(target: Target, inherited: WebPreferences): Opened | null {
    const { url = '', windowName = '', windowFeatures = [] } = this.#opening.shift() ?? {}
    const features = windowFeatures.join()
    const details = {
      url: schemes.fromChromium(url),
      frameName: windowName,
      features,
      disposition: 'new-window'
    }
    const { action, overrideBrowserWindowOptions: options } = this.#answer(details)
    if (action === 'deny') {
      refusePopup(target)
      return null
    }
    const webPreferences = { ...inherited, ...options?.webPreferences }
    return { window: Popups.openWindow({ ...options, webPreferences }, target), details }
  }
  /**
   * As in Electron: allowed without a handler, and refused if the handler throws
   * (lib/browser/api/web-contents.ts).
   */
  #answer(details: WindowOpenDetails): WindowOpenAnswer {
    try {
      return this.handler?.(details) ?? { action: 'allow' }
    } catch (error) {
      reportUncaught(error)
      return { action: 'deny' }
    }
  }
}
