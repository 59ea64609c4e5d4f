import * as v from 'valibot'
import { scopeName, serviceId } from '#shared/credential.ts'

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))

/** Arguments that several tools share; each says what it is. */
export const fields = {
  service: v.pipe(serviceId, v.description('id of the service, as list_accounts gives it: github')),
  account: v.optional(v.pipe(text(200), v.description('which account, if the service has several'))),
  scope: v.optional(v.pipe(text(300), v.description('a scope that the sign-in must have'))),
  wantedScope: v.optional(v.pipe(scopeName, v.description('a scope that the sign-in must have'))),
  reason: v.optional(v.pipe(text(1000), v.description('why, for the person who is asked'))),
  wantedReason: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(1000),
    v.description('why, for the person who is asked')
  ),
  pending: v.optional(
    v.pipe(text(64), v.description('the id of a pending answer to this same call; absent at first'))
  ),
  method: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z-]{0,19}$/), v.description('default: GET'))),
  url: v.pipe(text(8192), v.description('https address; its host has to be one of the account'))
}
