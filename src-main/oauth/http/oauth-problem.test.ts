import { describe, expect, it } from 'vitest'
import type { ProblemCode } from '#shared/problem.ts'
import { type FailureClass, failureClass } from '../../core/tokens/token-problem.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import { refreshProblem } from './oauth-problem.ts'
import { TokenRefusal } from './token-fetch.ts'

const refusal = (code: string | null, status = 400): Error =>
  new Error('as the library wraps it', { cause: new TokenRefusal(status, code) })
const transport = (...how: ConstructorParameters<typeof TransportError>): Error =>
  new Error('as the library wraps it', { cause: new TransportError(...how) })

describe('an answer to a refresh is of one class, and has one code', () => {
  const rows: [string, Error, FailureClass, ProblemCode][] = [
    ['invalid_grant', refusal('invalid_grant'), 'reauth', 'REFRESH_REJECTED'],
    ['invalid_grant with 401', refusal('invalid_grant', 401), 'reauth', 'REFRESH_REJECTED'],
    ['invalid_client', refusal('invalid_client', 401), 'fix-client', 'CLIENT_REFUSED'],
    ['unauthorized_client', refusal('unauthorized_client'), 'fix-client', 'CLIENT_REFUSED'],
    ['unsupported_grant_type', refusal('unsupported_grant_type'), 'fix-client', 'CLIENT_REFUSED'],
    [
      'incorrect_client_credentials of GitHub',
      refusal('incorrect_client_credentials'),
      'fix-client',
      'CLIENT_REFUSED'
    ],
    ['invalid_scope', refusal('invalid_scope'), 'reauth-scope', 'CONSENT_REQUIRED'],
    ['consent_required', refusal('consent_required'), 'reauth-scope', 'CONSENT_REQUIRED'],
    ['interaction_required of Entra', refusal('interaction_required'), 'reauth-scope', 'CONSENT_REQUIRED'],
    ['invalid_request of Metabase', refusal('invalid_request'), 'suspect', 'PROVIDER_REFUSED'],
    ['400 with nothing in it, of Glewlwyd', refusal(null), 'suspect', 'PROVIDER_REFUSED'],
    ['403 with an unknown code', refusal('computer_says_no', 403), 'suspect', 'PROVIDER_REFUSED'],
    ['a fault of the library', new TypeError('cnry'), 'suspect', 'PROVIDER_REFUSED'],
    ['no connection', transport('no-connection'), 'retry', 'REFRESH_UNREACHABLE'],
    ['an untrusted certificate', transport('certificate'), 'retry', 'CERTIFICATE_REFUSED'],
    ['a broken connection', transport('network'), 'retry', 'REFRESH_UNREACHABLE'],
    ['silence', transport('timeout'), 'retry', 'REFRESH_UNREACHABLE'],
    ['408', transport('status', 408), 'retry', 'REFRESH_UNREACHABLE'],
    ['429', transport('status', 429), 'retry', 'REFRESH_UNREACHABLE'],
    ['503', transport('status', 503), 'retry', 'REFRESH_UNREACHABLE'],
    ['a redirect', transport('redirect', 302), 'retry', 'REFRESH_UNREACHABLE'],
    ['a page of HTML', transport('html', 200), 'retry', 'REFRESH_UNREACHABLE'],
    ['temporarily_unavailable', transport('refused-for-now', 400), 'retry', 'REFRESH_UNREACHABLE']
  ]
  it.each(rows)('%s', (_name, error, expected, code) => {
    const problem = refreshProblem(error)
    expect([failureClass(problem.code), problem.code]).toEqual([expected, code])
    expect(problem.message).not.toMatch(/cnry|computer_says_no/)
  })
})
