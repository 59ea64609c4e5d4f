// `ready`, closing and quitting, in the order of Electron's own (shell/browser/browser.cc).
import { announce, isPrevented } from './announce.ts'
import { type HostObject, PreventableEvent } from './base.ts'

type Closable = { close(): void; destroy(): void; isDestroyed(): boolean; setMenu(menu: object | null): void }

export type LifeEvent = 'ready' | 'window-all-closed' | 'before-quit' | 'will-quit' | 'quit'

/** The life of the app, for the host. */
export class LifeCycle {
  readonly windows = new Set<Closable>()
  /** What has to end with the app: utility processes. */
  readonly onExit = new Set<() => void>()
  /** Ends Chromium, the last thing before the process goes. */
  ending: () => Promise<void> = () => Promise.resolve()
  readonly ready = Promise.withResolvers<void>()
  isReady = false
  readonly #app: HostObject<LifeEvent>
  readonly #release: () => void
  #quitting = false
  #exiting = false
  #code = 0
  #isOver = false

  /** `release`: gives the single-instance lock back. */
  constructor(app: HostObject<LifeEvent>, release: () => void) {
    this.#app = app
    this.#release = release
  }
  /** True once nothing can stop the end. */
  get isOver(): boolean {
    return this.#isOver
  }
  becomeReady(): void {
    this.isReady = true
    this.ready.resolve()
    announce(this.#app, 'ready', new PreventableEvent(), {})
  }

  /** Asks every window, also after one has refused; what closes the last one later goes on from there. */
  quit(): void {
    if (this.#quitting) return
    this.#quitting = !isPrevented(this.#app, 'before-quit')
    if (!this.#quitting) return
    if (this.windows.size === 0) return this.#willQuit()
    for (const window of Array.from(this.windows)) if (!window.isDestroyed()) window.close()
  }
  /** Asks nobody. */
  exit(code: number): void {
    if (this.#exiting || this.#isOver) return
    this.#quitting = true
    this.#exiting = true
    this.#code = code
    if (this.windows.size === 0) this.#shutDown()
    for (const window of Array.from(this.windows)) window.destroy()
  }
  /** A window stays: the app does not quit, and the next `quit` begins anew. */
  closeRefused(): void {
    this.#quitting = false
  }
  windowClosed(window: Closable): void {
    this.windows.delete(window)
    if (this.windows.size > 0) return
    if (this.#exiting) this.#shutDown()
    else if (this.#quitting) this.#willQuit()
    else if (!announce(this.#app, 'window-all-closed')) this.quit()
  }

  #willQuit(): void {
    if (this.#isOver) return
    if (isPrevented(this.#app, 'will-quit')) this.#quitting = false
    else this.#shutDown()
  }
  #shutDown(): void {
    if (this.#isOver) return
    this.#isOver = true
    announce(this.#app, 'quit', new PreventableEvent(), this.#code)
    for (const end of this.onExit) end()
    this.#release()
    void this.ending().finally(() => process.exit(this.#code))
  }
}
