import type { IpcMainInvokeEvent } from 'electron'
import type { StripRequests } from '#shared/sign-in-strip.ts'
import type {
  OpenSignInSurface,
  SignInActions,
  SignInSurface,
  SignInView
} from '../core/sign-in/surface-ports.ts'
import type { Handlers } from './ipc-server.ts'
import { SignInWindow, type SignInWindowOptions } from './sign-in-window.ts'
import { STRIP_PAGE } from './strip-view.ts'

/** The open sign-in windows; finds the one that a message or a page belongs to. */
export class SignInWindows implements SignInSurface {
  readonly #options: SignInWindowOptions
  readonly #open = new Set<SignInWindow>()

  constructor(options: SignInWindowOptions) {
    this.#options = options
  }

  open(view: SignInView, actions: SignInActions): OpenSignInSurface {
    const window = new SignInWindow(this.#options, view, actions)
    this.#open.add(window)
    window.onClosed(() => this.#open.delete(window))
    return window
  }

  /** The strip's handlers, bound to the attempt of the window that asks; null for any other sender. */
  handlersFor(event: IpcMainInvokeEvent): Handlers<StripRequests> | null {
    if (!this.#options.trusted.accepts(event, STRIP_PAGE)) return null
    for (const window of this.#open) if (window.ownsStrip(event.sender.id)) return window.handlers
    return null
  }

  isProviderPage(id: number): boolean {
    return [...this.#open].some((window) => window.ownsPage(id))
  }
}
