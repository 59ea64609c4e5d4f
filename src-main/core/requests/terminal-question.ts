import { VaultError } from '#shared/problem.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { StoreTarget } from '#shared/stores.ts'
import type { StopSignal } from '../use/stop-signal.ts'

/** What a terminal wants that can give out everything at once, or lose what the person keeps. */
export type TerminalWish =
  | { readonly kind: 'export'; readonly path: string }
  /** `path`: of the key file of the store. Null: it has none. */
  | { readonly kind: 'move'; readonly to: StoreTarget['type']; readonly path: string | null }
  /** `entry`: service and account as they are shown. */
  | { readonly kind: 'replace' | 'delete'; readonly entry: string }

/**
 * Asks the person in a dialog of the system; each text of the wish is cleaned. False: it was refused or closed. `stop`
 * closes the dialog where the system can do that.
 */
export type ConfirmWish = (wish: TerminalWish, stop: StopSignal) => Promise<boolean>

type Asker = {
  /** Aborted when the command takes its request back, or is gone. */
  readonly stop: StopSignal
  /** Called when the person is about to be asked. */
  readonly onAsked: () => void
}

/** The question to the person before a terminal has its wish. One is asked at a time. */
export class TerminalQuestion {
  readonly #confirm: ConfirmWish
  #isOpen = false

  constructor(confirm: ConfirmWish) {
    this.#confirm = confirm
  }

  /**
   * Resolves once the person has allowed it. Throws APPROVAL_DENIED if they have not, or if another wish is asked about;
   * INVALID_REQUEST after `stop`, and an answer that comes later counts for nothing.
   */
  async ask(wish: TerminalWish, { stop, onAsked }: Asker): Promise<void> {
    if (stop.aborted) throw cancelled()
    if (this.#isOpen) throw denied(ANOTHER)
    this.#isOpen = true
    onAsked()
    // A dialog that the system can not close stays the only one until the person has closed it.
    const answer = this.#confirm(cleaned(wish), stop).finally(() => (this.#isOpen = false))
    const isAllowed = await Promise.race([answer, stopped(stop)])
    if (stop.aborted) throw cancelled()
    if (!isAllowed) throw denied(refused[wish.kind])
  }
}

const ANOTHER = 'Latchkey’s window asks about another command already. Answer that first.'
const refused = {
  export: 'The export was not allowed in Latchkey’s window. No file was made.',
  move: 'The move was not allowed in Latchkey’s window. Nothing was moved.',
  replace: 'Replacing it was not allowed in Latchkey’s window. Nothing was changed.',
  delete: 'Deleting it was not allowed in Latchkey’s window. Nothing was deleted.'
} as const

function cleaned(wish: TerminalWish): TerminalWish {
  const clean = (text: string): string => cleanText(text, '\uFFFD')
  switch (wish.kind) {
    case 'export':
      return { ...wish, path: clean(wish.path) }
    case 'move':
      return { ...wish, path: wish.path === null ? null : clean(wish.path) }
    case 'replace':
    case 'delete':
      return { ...wish, entry: clean(wish.entry) }
  }
}

async function stopped(stop: StopSignal): Promise<false> {
  return await new Promise((resolve) => stop.addEventListener('abort', () => resolve(false), { once: true }))
}

const denied = (message: string): VaultError => new VaultError('APPROVAL_DENIED', { message })
const cancelled = (): VaultError =>
  new VaultError('INVALID_REQUEST', { message: 'The request was cancelled.' })
