import { expect, it } from 'vitest'
import type { ProblemCode } from '#shared/problem.ts'
import { problemExit } from './problem-exit.ts'

it.each<[string, number, readonly ProblemCode[]]>([
  [
    'a refusal of a sign-in, by a person or a provider',
    77,
    ['SIGN_IN_CANCELLED', 'SIGN_IN_DENIED', 'CLIENT_REFUSED']
  ],
  ['an answer of a provider that is of no use', 70, ['PROVIDER_REFUSED']],
  ['what helps once the person has signed in', 4, ['CLIENT_CHANGED', 'CONSENT_REQUIRED', 'REFRESH_REJECTED']],
  ['what can not be reached', 69, ['KEYCHAIN_UNAVAILABLE', 'PROVIDER_UNREACHABLE', 'REFRESH_UNREACHABLE']],
  ['what may work later', 75, ['APPROVAL_PENDING', 'KEYCHAIN_TIMEOUT', 'VAULT_LOCKED']],
  ['what was not allowed', 77, ['APPROVAL_DENIED', 'KEYCHAIN_DENIED', 'ORIGIN_NOT_ALLOWED']]
])('ends alike for %s: %i', (_meaning, exit, codes) => {
  for (const code of codes) expect(problemExit(code), code).toBe(exit)
})

it('ends with 70 for a code that only a newer vault knows', () => {
  for (const code of ['FROM_TOMORROW', 'toString', '']) expect(problemExit(code)).toBe(70)
})
