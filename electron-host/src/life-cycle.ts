// `ready`, closing and quitting, in the order of Electron's own (shell/browser/browser.cc).
import { announce, isPrevented } from './announce.ts'
import { type HostObject, PreventableEvent } from './base.ts'

type Closable = { close(): void; destroy(): void; isDestroyed(): boolean; setMenu(menu: object | null): void }

export type LifeEvent = 'ready' | 'window-all-closed' | 'before-quit' | 'will-quit' | 'quit'

/** The life of the app, for the host. */
export class LifeCycle {
  readonly windows = new Set<Closable>()
  /** Callbacks that end other processes with the app: utility processes. */
  readonly onExit = new Set<() => void>()
  /** Ends Chromium, as the last step before the exit of the process. */
  ending: () => Promise<void> = () => Promise.resolve()
  readonly ready = Promise.withResolvers<void>()
  isReady = false
  readonly #app: HostObject<LifeEvent>
  readonly #release: () => void
  #quitting = false
  #exiting = false
  #code = 0
  #isOver = false

  /** `release`: releases the single-instance lock. */
  constructor(app: HostObject<LifeEvent>, release: () => void) {
    this.#app = app
    this.#release = release
  }
  /** True once the end can no longer be stopped. */
  get isOver(): boolean {
    return this.#isOver
  }
  becomeReady(): void {
    this.isReady = true
    this.ready.resolve()
    announce(this.#app, 'ready', new PreventableEvent(), {})
  }

  /** Asks every window, even after a refusal; the quit continues when the last one is closed later. */
  quit(): void {
    if (this.#quitting) return
    this.#quitting = !isPrevented(this.#app, 'before-quit')
    if (!this.#quitting) return
    if (this.windows.size === 0) return this.#willQuit()
    for (const window of Array.from(this.windows)) if (!window.isDestroyed()) window.close()
  }
  /** Ends the app without asking the windows. */
  exit(code: number): void {
    if (this.#exiting || this.#isOver) return
    this.#quitting = true
    this.#exiting = true
    this.#code = code
    if (this.windows.size === 0) this.#shutDown()
    for (const window of Array.from(this.windows)) window.destroy()
  }
  /** A window stays open: the app does not quit, and the next `quit` starts anew. */
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
