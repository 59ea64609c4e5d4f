import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { refusalOf, sessionFrom } from './sts-answer.ts'

const SECRET = 'cnrysecretcnrysecretcnry'
const answer = (change = (text: string): string => text): string =>
  change(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
  <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/x/y</Arn></AssumedRoleUser>
  <Credentials>
    <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
    <SecretAccessKey>${SECRET}</SecretAccessKey>
    <SessionToken>
      ${SECRET}/token+==
    </SessionToken>
    <Expiration>2026-11-30T22:00:00Z</Expiration>
  </Credentials></AssumeRoleResult></AssumeRoleResponse>`)

describe('an answer of STS', () => {
  it('holds a session', () => {
    const { accessKeyId, secretKey, sessionToken, until } = sessionFrom(answer())
    expect([accessKeyId, secretKey.expose(String), sessionToken.expose(String), until.toISOString()]).toEqual(
      ['ASIAIOSFODNN7EXAMPLE', SECRET, `${SECRET}/token+==`, '2026-11-30T22:00:00.000Z']
    )
  })

  it.each([
    ['without credentials', (text: string) => text.replaceAll('Credentials>', 'Other>')],
    ['without a token', (text: string) => text.replaceAll('SessionToken', 'Token')],
    ['with an end that is none', (text: string) => text.replace('2026-11-30T22:00:00Z', 'soon')],
    ['with a key that could break a line', (text: string) => text.replace(SECRET, `${SECRET}\n${SECRET}`)],
    ['with markup in a value', (text: string) => text.replace(SECRET, `<b>${SECRET}</b>`)],
    ['of another kind', () => '{"Credentials":{}}']
  ])('%s is refused, and the refusal quotes nothing of it', (_what, change) => {
    const refused = (): unknown => sessionFrom(answer(change))
    expect(refused).toThrow(expect.objectContaining({ code: 'PROVIDER_REFUSED' }))
    expect(refused).not.toThrow(new RegExp(SECRET))
  })
})

const error = (code: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${SECRET}</Message></Error></ErrorResponse>`

it.each([
  [403, 'InvalidClientTokenId', {}, 'SIGN_IN_REQUIRED', 'does not take these access keys'],
  [403, 'SignatureDoesNotMatch', {}, 'SIGN_IN_REQUIRED', 'the clock of this computer'],
  [403, 'ExpiredToken', {}, 'SIGN_IN_REQUIRED', 'has ended'],
  [403, 'AccessDenied', { TokenCode: '123456' }, 'INVALID_REQUEST', 'did not take the code'],
  [403, 'AccessDenied', { RoleArn: 'arn' }, 'SIGN_IN_DENIED', 'does not let these keys take this role'],
  [400, 'ValidationError', {}, 'PROVIDER_REFUSED', 'Check the role'],
  [400, 'constructor', {}, 'PROVIDER_REFUSED', 'Check the role'],
  [400, 'Throttling', {}, 'PROVIDER_UNREACHABLE', 'Try again'],
  [503, 'ServiceUnavailable', {}, 'PROVIDER_UNREACHABLE', 'Try again']
] as const)(
  '%d %s of AWS is told in a sentence of our own',
  (status, code, parameters, problem, sentence) => {
    const refusal = refusalOf(status, error(code), parameters)
    expect(refusal).toBeInstanceOf(VaultError)
    expect([refusal.code, refusal.message]).toEqual([problem, expect.stringContaining(sentence)])
    expect(refusal.message).not.toContain(SECRET)
  }
)
