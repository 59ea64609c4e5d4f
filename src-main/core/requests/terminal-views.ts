import type { terminalViews } from '#shared/broker/terminal-views.ts'
import type { AnswerOf } from '#shared/socket-requests.ts'
import { shownNotes, type SignOutNotes } from '../sign-in/sign-out-notes.ts'

export type TerminalViews = { readonly [Name in keyof typeof terminalViews]: () => Promise<AnswerOf<Name>> }

export type TerminalViewPorts = {
  readonly signOuts: Pick<SignOutNotes, 'list'>
}

/** What the person's terminal shows. */
export function terminalViewHandlers({ signOuts }: TerminalViewPorts): TerminalViews {
  return { listSignOuts: async () => shownNotes(signOuts) }
}
