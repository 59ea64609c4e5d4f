import * as v from 'valibot'
import { credentialSummary } from '../credential.ts'
import { storageHealth } from '../storage-health.ts'

/** Which entries are meant; null: all. */
export const credentialWish = v.strictObject({
  service: v.nullable(v.pipe(v.string(), v.maxLength(200))),
  account: v.nullable(v.pipe(v.string(), v.maxLength(200)))
})

/** An entry as the window has it, masked, and the programs that an approval lets use it, by name. */
export const credentialView = v.strictObject({
  ...credentialSummary.entries,
  allowedTo: v.array(v.string())
})
export type CredentialView = v.InferOutput<typeof credentialView>

/** The entries that are meant, those that need the person first, and the store. */
export const credentialsView = v.strictObject({
  storage: storageHealth,
  credentials: v.array(credentialView)
})
export type CredentialsView = v.InferOutput<typeof credentialsView>
