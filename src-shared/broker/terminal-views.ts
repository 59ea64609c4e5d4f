import * as v from 'valibot'
import { signOutNotes } from '../sign-out-notes.ts'
import { storeView } from '../stores.ts'
import { credentialsView, credentialWish } from './credential-views.ts'
import type { SocketRow } from './requests.ts'

const forPerson = { doors: ['socket'], asker: 'person' } as const

/** What the person's terminal asks where a window has its snapshot, which would be too much for a line or two. */
export const terminalViews = {
  viewStore: { ...forPerson, input: v.strictTuple([]), output: storeView },
  /** What is kept, masked. The log is not read, so the store is not asked for its key. */
  viewCredentials: { ...forPerson, input: v.strictTuple([credentialWish]), output: credentialsView },
  listSignOuts: { ...forPerson, input: v.strictTuple([]), output: signOutNotes }
} as const satisfies Record<string, SocketRow>
