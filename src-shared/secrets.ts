import * as v from 'valibot'
import { windowOnly } from './doors.ts'
import type { Result } from './problem.ts'

const id = v.pipe(v.string(), v.maxLength(700))

/** `secret`: the key or token alone; `variable`: `NAME=value`; `header`: the line of the request header that carries it. */
export const secretForms = ['secret', 'variable', 'header'] as const
export type SecretForm = (typeof secretForms)[number]

/** How long a copied secret stays in the clipboard, and a shown one on the screen, in ms. */
export const COPIED_MS = 30_000
export const SHOWN_MS = 10_000

/** Taking a secret out, for the person at the window. No answer holds it: the vault process writes the clipboard itself. */
export const secretRequests = {
  copySecret: { doors: windowOnly, input: v.strictTuple([id, v.picklist(secretForms)]), output: v.null() },
  /** Shows the secret in a window of its own for ten seconds. */
  showSecret: { doors: windowOnly, input: v.strictTuple([id]), output: v.null() }
} as const

/** What the window that shows a secret asks for, over channels of its own. */
export const shownSecret = v.strictObject({
  name: v.string(),
  account: v.string(),
  secret: v.string(),
  /** Time at which the window closes, in ms since 1970. */
  until: v.number()
})
export type ShownSecret = v.InferOutput<typeof shownSecret>

export const shownSecretRequests = {
  current: { input: v.strictTuple([]), output: v.nullable(shownSecret) },
  close: { input: v.strictTuple([]), output: v.null() }
} as const
export type ShownSecretRequests = typeof shownSecretRequests
export type ShownSecretRequestName = keyof ShownSecretRequests

export const shownSecretChannel = (name: ShownSecretRequestName): string => `latchkey:secret:${name}`

/** What `window.shown` is in the window that shows a secret, and nowhere else. Answers with a Result, never rejects. */
export type ShownSecretBridge = {
  readonly [Name in ShownSecretRequestName]: () => Promise<
    Result<v.InferOutput<ShownSecretRequests[Name]['output']>>
  >
}
