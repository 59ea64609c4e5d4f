import * as v from 'valibot'
import { signOutNotes } from '../sign-out-notes.ts'
import { storeView } from '../stores.ts'
import type { SocketRow } from './requests.ts'

const forPerson = { doors: ['socket'], asker: 'person' } as const

/** What the person's terminal asks where a window has its snapshot, which would be too much for a line or two. */
export const terminalViews = {
  viewStore: { ...forPerson, input: v.strictTuple([]), output: storeView },
  listSignOuts: { ...forPerson, input: v.strictTuple([]), output: signOutNotes }
} as const satisfies Record<string, SocketRow>
