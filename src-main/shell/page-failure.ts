/**
 * Why a page did not appear. `embedded`: in a window of ours it will not, and in the person's browser it may; that is
 * remembered for the provider, as a 403 is. `unreachable`: the network, the server or its certificate; it says nothing
 * about windows and is not remembered. `none`: nothing failed that a person should know of.
 */
export type PageFailure = 'none' | 'unreachable' | 'embedded'

/** Chromium's codes of what never failed: a navigation that was overtaken or refused by a rule of ours. */
const NOTHING: ReadonlySet<number> = new Set([-3, -20])
/** An answer that forbids being shown here, and two ways of asking for a certificate, which no page here is given. */
const EMBEDDED: ReadonlySet<number> = new Set([-27, -110, -117])
/** Ends of a page that are its own; the others are this computer's, which has no memory left or was told to end it. */
const OWN_ENDS: ReadonlySet<string> = new Set([
  'crashed',
  'abnormal-exit',
  'launch-failed',
  'integrity-failure'
])

/** For the code of `did-fail-load`. */
export function failureOfLoad(errorCode: number): PageFailure {
  if (NOTHING.has(errorCode)) return 'none'
  return EMBEDDED.has(errorCode) ? 'embedded' : 'unreachable'
}

/** For the reason of `render-process-gone`. */
export function failureOfEnd(reason: string): PageFailure {
  if (reason === 'clean-exit') return 'none'
  return OWN_ENDS.has(reason) ? 'embedded' : 'unreachable'
}
