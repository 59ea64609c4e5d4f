import { app, BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import {
  approvalChangedChannel,
  approvalMovedChannel,
  type ApprovalRequests,
  type ApprovalState
} from '#shared/approval.ts'
import type { QuestionAnswer, QuestionView } from '#shared/broker/use.ts'
import { APP_ORIGIN } from './address-rules.ts'
import type { Handlers } from './ipc-server.ts'
import { surfaceColor } from './main-window.ts'
import type { TrustedSenders } from './trusted-senders.ts'
import { OWN_PAGE_PREFERENCES } from './web-contents-guard.ts'

const APPROVAL_PAGE = 'approval.html'
/** Width and height of the page in pixels; the frame of the window comes on top. */
const SIZE = { width: 480, height: 600 }
/** Greatest height that a question gives the window, in pixels; the person can make it higher. */
const HIGHEST = 720
/** Smallest window in which the buttons and the first facts are in sight. */
const SMALLEST = { minWidth: 420, minHeight: 440 }

type ApprovalWindowsOptions = {
  /** Path of the preload script of the page. */
  readonly preload: string
  readonly trusted: TrustedSenders
  readonly isPackaged: boolean
  /** Path of the window's icon; macOS takes it from the bundle. */
  readonly icon: string
  /** Gives the person's answer to the vault. Throws INVALID_REQUEST if the question is no longer asked. */
  readonly answer: (answer: QuestionAnswer) => Promise<unknown>
}

/**
 * Asks the person for approvals: one small window, on top of all others, for the question that waits longest.
 * A window that the person closes is a Deny. It has no parent, so that it is seen without the main window.
 */
export class ApprovalWindows {
  readonly #options: ApprovalWindowsOptions
  readonly #handlers: Handlers<ApprovalRequests>
  #window: BrowserWindow | null = null
  #state: ApprovalState = null
  #quitting = false

  constructor(options: ApprovalWindowsOptions) {
    this.#options = options
    // Quitting asks all windows before it returns; a later close comes from the person.
    app.on('before-quit', () => {
      this.#quitting = true
      setImmediate(() => (this.#quitting = false))
    })
    this.#handlers = {
      current: async () => this.#state,
      answer: async (answer) => {
        await options.answer(answer)
        return null
      },
      fit: async (height) => {
        const [width = SIZE.width] = this.#window?.getContentSize() ?? []
        this.#window?.setContentSize(width, Math.min(Math.max(height, SMALLEST.minHeight), HIGHEST))
        return null
      }
    }
  }

  /** Shows the oldest of the questions that wait, in place of the one shown before. None: closes the window. */
  show(questions: readonly QuestionView[]): void {
    const [oldest] = questions
    if (oldest === undefined) {
      this.#state = null
      this.#close()
      return
    }
    this.#state = { question: oldest, more: questions.length - 1 }
    if (this.#window === null) this.#window = this.#open()
    else this.#send(this.#window, approvalChangedChannel, this.#state)
  }

  /** The handlers of the approval window; null for any other sender. */
  handlersFor(event: IpcMainInvokeEvent): Handlers<ApprovalRequests> | null {
    return this.#options.trusted.accepts(event, APPROVAL_PAGE) ? this.#handlers : null
  }

  #open(): BrowserWindow {
    const { preload, trusted, isPackaged, icon } = this.#options
    const window = new BrowserWindow({
      ...SIZE,
      ...SMALLEST,
      useContentSize: true,
      show: false,
      alwaysOnTop: true,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      title: 'Latchkey asks',
      icon,
      backgroundColor: surfaceColor(),
      webPreferences: { ...OWN_PAGE_PREFERENCES, devTools: !isPackaged, preload }
    })
    window.removeMenu()
    trusted.trust(window.webContents, APPROVAL_PAGE)
    window.once('ready-to-show', () => window.show())
    // Linux has no `moved`, which comes once at the end of a move.
    window.on('move', () => this.#send(window, approvalMovedChannel))
    window.on('close', () => this.#closing(window))
    // A failed load leaves an empty window, which the person sees and can close.
    window.loadURL(`${APP_ORIGIN}/${APPROVAL_PAGE}`).catch(() => undefined)
    return window
  }

  /** Closes the window in a later turn, after the answer to its page; it may ask inside one of its own events. */
  #close(): void {
    const window = this.#window
    this.#window = null
    setImmediate(() => window?.destroy())
  }

  /** The person closes the window, which denies its question, or the app quits, which ends all questions. */
  #closing(window: BrowserWindow): void {
    if (this.#window !== window) return
    this.#window = null
    if (this.#state === null || this.#quitting) return
    const { id, digest } = this.#state.question
    // The question may have ended on its own; then there is nothing to deny.
    this.#options.answer({ id, digest, answer: { kind: 'denied' } }).catch(() => undefined)
  }

  #send(window: BrowserWindow, channel: string, ...values: ApprovalState[]): void {
    if (window.isDestroyed()) return
    const contents = window.webContents
    if (!contents.isDestroyed()) contents.send(channel, ...values)
  }
}
