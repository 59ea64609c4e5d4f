import * as v from 'valibot'
import { absolutePath } from '../absolute-path.ts'
import { newPassphrase } from '../passphrase.ts'
import { exportReport } from '../transfer.ts'
import type { SocketRow } from './requests.ts'

const forPerson = { doors: ['socket'], asker: 'person' } as const

/**
 * What the person's terminal asks where a window would open a dialog of the system or follow an event. Each lasts
 * as long as its connection wants it: a cancel or the end of the connection stops it.
 */
export const terminalRequests = {
  /** Writes every credential into a new file, sealed with the passphrase. A cancel leaves no file. */
  exportTo: {
    ...forPerson,
    input: v.strictTuple([v.strictObject({ path: absolutePath, passphrase: newPassphrase })]),
    output: exportReport
  }
} as const satisfies Record<string, SocketRow>
