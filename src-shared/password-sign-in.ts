import * as v from 'valibot'
import { shownText } from './shown-text.ts'

const secretText = v.pipe(v.string(), v.minLength(1), v.maxLength(65_536))
const email = v.pipe(shownText, v.trim(), v.minLength(1))

/**
 * A sign-in with a project's own password (Supabase Auth). The password is sent to the project once and kept nowhere.
 * Signing in again keeps what the entry had.
 */
export const passwordSignInRequest = v.variant('kind', [
  v.strictObject({
    kind: v.literal('new'),
    /** The project's address, such as `https://abcdefgh.supabase.co`. */
    project: v.pipe(v.string(), v.maxLength(2048)),
    /** The project's publishable key; kept with the tokens. */
    projectKey: secretText,
    /** Empty: the project's host. */
    name: shownText,
    email,
    password: secretText
  }),
  v.strictObject({
    kind: v.literal('again'),
    credential: v.pipe(v.string(), v.maxLength(700)),
    /** Null: the one that is kept. */
    projectKey: v.nullable(secretText),
    email,
    password: secretText
  })
])
export type PasswordSignInRequest = v.InferOutput<typeof passwordSignInRequest>
