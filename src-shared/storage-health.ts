import * as v from 'valibot'
import { backendIds } from './credential.ts'
import { problemSchema } from './problem-schema.ts'

/** State of the secure store, in words a person understands; `backend` is null when nothing can be stored. */
export const storageHealth = v.strictObject({
  backend: v.nullable(v.picklist(backendIds)),
  /** "GNOME Keyring", "Encrypted files on this computer": what the person calls it. */
  label: v.string(),
  state: v.picklist(['healthy', 'degraded', 'locked', 'unavailable']),
  problem: v.nullable(problemSchema)
})
export type StorageHealth = v.InferOutput<typeof storageHealth>
