import { expect, it } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { targetOf } from '../parse-target.ts'
import { signed } from './sigv4.ts'

const signer = {
  accessKeyId: 'AKIDEXAMPLE',
  secretKey: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
  sessionToken: null
}
const now = new Date('2015-08-30T12:36:00Z')
const target = (url: string) => {
  const found = targetOf(url)
  if (found.kind === 'fault') throw new Error(found.fault)
  return found.target
}
const form = 'application/x-www-form-urlencoded'

// The IAM User Guide (“Create a signed AWS API request”) and AWS's public test suite of Signature Version 4.
it.each([
  [
    'the example of the guide, with a query and a content type',
    'iam',
    'GET',
    'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08',
    [['content-type', `${form}; charset=utf-8`]],
    '',
    '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7'
  ],
  [
    'get-vanilla',
    'service',
    'GET',
    'https://example.amazonaws.com/',
    [],
    '',
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'
  ],
  [
    'get-vanilla-query-order-key-case',
    'service',
    'GET',
    'https://example.amazonaws.com/?Param2=value2&Param1=value1',
    [],
    '',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'
  ],
  [
    'post-x-www-form-urlencoded',
    'service',
    'POST',
    'https://example.amazonaws.com/',
    [['Content-Type', form]],
    'Param1=value1',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a'
  ]
] as const)('%s is signed as AWS says', (_name, service, method, url, headers, body, signature) => {
  const { authorization } = signed({ method, target: target(url), headers, body }, signer, {
    region: 'us-east-1',
    service,
    now
  })
  const names = [...headers.map(([name]) => name.toLowerCase()), 'host', 'x-amz-date'].join(';')
  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request, SignedHeaders=${names}, Signature=${signature}`
  )
})

it('the token of a session and a port are signed, too', () => {
  const request = { method: 'POST', target: target('http://127.0.0.1:8080/'), headers: [], body: '' }
  const scope = { region: 'us-east-1', service: 'sts', now }
  const withToken = { ...signer, sessionToken: new Secret('token-of-a-session') }
  const { authorization, headers } = signed(request, withToken, scope)
  expect(authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,')
  expect(headers).toContainEqual(['x-amz-security-token', 'token-of-a-session'])
  expect(authorization).not.toContain('wJalr')
  const elsewhere = signed({ ...request, target: target('http://127.0.0.1:8081/') }, withToken, scope)
  expect(elsewhere.authorization).not.toBe(authorization)
})
