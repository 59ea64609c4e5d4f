// `ipcMain`, and the frames that speak to it.
import { HostObject, HostValue } from './base.ts'
import { codec } from './codec.ts'
import { schemes } from './schemes.ts'

export const { encode, decode } = codec()

// oxlint-disable-next-line typescript/no-explicit-any -- as in electron.d.ts: what a renderer sends is for the app to check
type Handler = (event: any, ...args: any[]) => unknown

class IpcMain extends HostObject<string> {
  readonly #handlers = new Map<string, Handler>()
  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`)
    }
    this.#handlers.set(channel, handler)
  }
  removeHandler(channel: string): void {
    this.#handlers.delete(channel)
  }
  /** For the host: returns the handler of `invoke` on this channel. */
  handler(channel: string): Handler | undefined {
    return this.#handlers.get(channel)
  }
}

export const ipcMain = new IpcMain()

/** A frame of a page, with the URL that the app sees. */
export class WebFrameMain extends HostValue {
  readonly frameId: string
  readonly parent: WebFrameMain | null
  #chromiumUrl = 'about:blank'
  constructor(frameId: string, parent: WebFrameMain | null) {
    super()
    this.frameId = frameId
    this.parent = parent
  }
  navigated(url: string): void {
    this.#chromiumUrl = url
  }
  get url(): string {
    return schemes.fromChromium(this.#chromiumUrl)
  }
  get origin(): string {
    const { protocol, host } = new URL(this.url)
    return protocol === 'file:' ? 'file://' : host === '' ? 'null' : `${protocol}//${host}`
  }
  get top(): WebFrameMain {
    return this.parent?.top ?? this
  }
}
