import { createContext, useContext } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import type { Commands } from './commands.ts'
import type { FocusTurns } from './focus-turns.ts'
import type { WindowState } from './window-state.ts'

type WindowModel = {
  readonly state: WindowState
  readonly update: (change: (state: WindowState) => WindowState) => void
  readonly focusTurns: FocusTurns
  readonly commands: Commands
  /** The entries that are selected together, in the order of the list; at least two, or none. */
  readonly picked: readonly CredentialSummary[]
}

export const WindowContext = createContext<WindowModel | null>(null)

export function useWindow(): WindowModel {
  const model = useContext(WindowContext)
  if (model === null) throw new Error('useWindow needs a WindowContext.')
  return model
}
