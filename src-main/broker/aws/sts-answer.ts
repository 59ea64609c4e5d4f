import * as v from 'valibot'
import { accessKeyId } from '#shared/aws.ts'
import { type ProblemCode, VaultError } from '#shared/problem.ts'
import type { AwsSession } from '../../core/credential-record.ts'
import { Secret } from '../../core/secret.ts'

/** A secret key and a token are of base64 characters, so their XML holds no entity. */
const secretText = v.pipe(
  v.string(),
  v.regex(/^[\w+/=.-]{16,8192}$/),
  v.transform((text) => new Secret(text))
)
const credentials = v.object({
  AccessKeyId: accessKeyId,
  SecretAccessKey: secretText,
  SessionToken: secretText,
  Expiration: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.transform((text) => new Date(text)),
    v.date()
  )
})

/** Reads the element `Credentials` of an answer of STS. Throws PROVIDER_REFUSED if it is not there or not whole. */
export function sessionFrom(xml: string): AwsSession {
  const [, inner = ''] = /<Credentials>([\s\S]*?)<\/Credentials>/.exec(xml) ?? []
  const fields = [...inner.matchAll(/<(\w+)>\s*([^<]*?)\s*<\/\1>/g)].map(([, name, text]) => [name, text])
  const read = v.safeParse(credentials, Object.fromEntries(fields))
  if (!read.success) {
    throw new VaultError('PROVIDER_REFUSED', { message: 'The answer of AWS holds no session. Try again.' })
  }
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = read.output
  return {
    accessKeyId: AccessKeyId,
    secretKey: SecretAccessKey,
    sessionToken: SessionToken,
    until: Expiration
  }
}

const UNKNOWN_KEY =
  'AWS does not take these access keys: they were deleted or switched off, the secret key is another, or the clock of this computer is off. Store the pair again with “latchkey aws add --replace”.'
const ENDED = 'The session at AWS has ended. Run “latchkey aws session”.'
const WRONG_CODE = 'AWS did not take the code. Wait for the next one of the device, then try again.'
const NO_ROLE =
  'AWS does not let these keys take this role. Check the trust policy of the role, and whether it wants an MFA device.'
const REFUSED = 'AWS refused to make a session. Check the role, the MFA device and the region of these keys.'
const BUSY = 'AWS could not answer at the moment. Try again.'

const codes: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  InvalidClientTokenId: ['SIGN_IN_REQUIRED', UNKNOWN_KEY],
  UnrecognizedClientException: ['SIGN_IN_REQUIRED', UNKNOWN_KEY],
  SignatureDoesNotMatch: ['SIGN_IN_REQUIRED', UNKNOWN_KEY],
  ExpiredToken: ['SIGN_IN_REQUIRED', ENDED],
  ExpiredTokenException: ['SIGN_IN_REQUIRED', ENDED]
}

/** The error for an answer that is none of a session. It quotes nothing of the answer. */
export function refusalOf(
  status: number,
  xml: string,
  { TokenCode, RoleArn }: Readonly<Record<string, string>>
): VaultError {
  const [, code = ''] = /<Code>([A-Za-z.]{1,60})<\/Code>/.exec(xml) ?? []
  const [problem, message] = (Object.hasOwn(codes, code) ? codes[code] : null) ?? otherRefusal()
  return new VaultError(problem, { message })

  function otherRefusal(): readonly [ProblemCode, string] {
    if (status >= 500 || status === 429 || code === 'Throttling') return ['PROVIDER_UNREACHABLE', BUSY]
    if (code === 'AccessDenied' && TokenCode !== undefined) return ['INVALID_REQUEST', WRONG_CODE]
    if (code === 'AccessDenied') return ['SIGN_IN_DENIED', RoleArn === undefined ? REFUSED : NO_ROLE]
    return ['PROVIDER_REFUSED', REFUSED]
  }
}
