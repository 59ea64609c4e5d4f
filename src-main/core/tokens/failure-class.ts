import type { ProblemCode } from '#shared/problem.ts'

/**
 * What a failed refresh says about its grant. `retry`: nothing, it is tried again by itself. `reauth`: it has ended.
 * `reauth-scope`: the person has to consent again. `fix-client`: the client is wrong. `suspect`: an answer that makes
 * no sense, spaced tries and then a person's eyes. Whatever it is, nothing is deleted.
 */
export type FailureClass = 'retry' | 'reauth' | 'reauth-scope' | 'fix-client' | 'suspect'

const classes: ReadonlyMap<ProblemCode, FailureClass> = new Map([
  ['REFRESH_UNREACHABLE', 'retry'],
  ['CERTIFICATE_REFUSED', 'retry'],
  ['STORE_WRITE_FAILED', 'retry'],
  ['REFRESH_REJECTED', 'reauth'],
  ['ROTATION_LOST', 'reauth'],
  ['CLIENT_CHANGED', 'reauth'],
  ['CONSENT_REQUIRED', 'reauth-scope'],
  ['CLIENT_REFUSED', 'fix-client'],
  ['PROVIDER_REFUSED', 'suspect']
])

/** Null: the code tells nothing about a grant, such as that of a locked keychain. */
export function failureClass(code: ProblemCode): FailureClass | null {
  return classes.get(code) ?? null
}
