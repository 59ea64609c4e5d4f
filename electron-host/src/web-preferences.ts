// The settings of a window or view for its page.
import type { Session } from './session.ts'

/** Options without effect here (spell check, zoom) are accepted. */
export type WebPreferences = {
  preload?: string
  partition?: string
  session?: Session
  [noted: string]: unknown
}

/** Throws unless the page is sandboxed and isolated: the host has only such pages. */
export function requireIsolation(preferences: WebPreferences): void {
  const { nodeIntegration, contextIsolation, sandbox, webSecurity } = preferences as Record<string, unknown>
  if (nodeIntegration === true || [contextIsolation, sandbox, webSecurity].includes(false)) {
    throw new Error(
      'electron host: pages are always sandboxed, isolated and without Node; these webPreferences ask for less'
    )
  }
}
