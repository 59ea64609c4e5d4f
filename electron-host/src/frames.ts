// The frames of a page and the script worlds in them.
import type { Json, Session as CdpSession } from './cdp.ts'
import { WebFrameMain } from './ipc.ts'

type World = { frameId: string; name: string }

/** The frames of a page, kept up to date by Chromium's events. */
export class FrameTree {
  mainFrame = new WebFrameMain('', null)
  readonly #frames = new Map<string, WebFrameMain>()
  readonly #worlds = new Map<number, World>()

  /** Follows the page from now on; its main frame has the id of its target. */
  follow(cdp: CdpSession, mainFrameId: string): void {
    this.mainFrame = new WebFrameMain(mainFrameId, null)
    this.#frames.set(mainFrameId, this.mainFrame)
    cdp.on('Page.frameAttached', ({ frameId, parentFrameId }: Json) =>
      this.#frames.set(frameId, new WebFrameMain(frameId, this.#frames.get(parentFrameId) ?? null))
    )
    cdp.on('Page.frameDetached', ({ frameId, reason }: Json) => {
      if (reason === 'remove') this.#frames.delete(frameId)
    })
    cdp.on('Runtime.executionContextCreated', ({ context: { id, name, auxData } }: Json) =>
      this.#worlds.set(id, { frameId: auxData?.frameId, name })
    )
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }: Json) =>
      this.#worlds.delete(executionContextId)
    )
    cdp.on('Runtime.executionContextsCleared', () => this.#worlds.clear())
  }
  get(frameId: string): WebFrameMain | undefined {
    return this.#frames.get(frameId)
  }
  /** Returns the frame to which a world belongs; null if it is gone by now. */
  ofWorld(contextId: number): WebFrameMain | null {
    return this.#frames.get(this.#worlds.get(contextId)?.frameId ?? '') ?? null
  }
  /** Returns Chromium's number of the main frame's world of this name. */
  mainWorld(name: string): number | undefined {
    for (const [id, world] of this.#worlds) {
      if (world.name === name && world.frameId === this.mainFrame.frameId) return id
    }
    return undefined
  }
}
