import * as v from 'valibot'
import { serviceId } from './credential.ts'
import { shownText } from './shown-text.ts'

/** How a person registers a client of their own. */
const registration = v.strictObject({
  /** What to do on the provider's page, in order; empty: nobody has written it down. */
  steps: v.array(shownText),
  /** Built by this vault from the provider's row, for `copyRedirectUri`. */
  redirectUri: v.pipe(v.string(), v.maxLength(8192))
})

/** One row of the provider gallery. */
export const providerChoice = v.strictObject({
  id: serviceId,
  name: v.string(),
  /** `password`: each of its projects signs people in by a password of its own. */
  kind: v.picklist(['oauth', 'api-key', 'password']),
  host: v.nullable(v.string()),
  surface: v.picklist(['window', 'browser', 'device']),
  scopes: v.array(v.strictObject({ scope: v.string(), description: v.string(), byDefault: v.boolean() })),
  needsClientSecret: v.boolean(),
  /** Without a client secret the sign-in goes by a code, whatever `surface` says. */
  codeWithoutSecret: v.boolean(),
  /** Where a person registers a client of their own; opened in the browser by `openHelp`. */
  hasHelp: v.boolean(),
  /** Null: there is nothing to register. */
  registration: v.nullable(registration),
  allowedHosts: v.array(v.string()),
  /** Public first letters of this provider's keys, such as `ghp_`. */
  keyPrefixes: v.array(v.string())
})
export type ProviderChoice = v.InferOutput<typeof providerChoice>
