import { createHash, createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bodyOf } from './use-world.ts'

type Key = {
  readonly secret: string
  readonly token: string | null
  readonly arn: string
  readonly hasMfa: boolean
}

/** What was asked: the action, and the key that signed it. */
export type AwsAsk = { readonly action: string; readonly keyId: string; readonly refused: string | null }

export const USER = 'arn:aws:iam::123456789012:user/ana'
export const DEVICE = 'arn:aws:iam::123456789012:mfa/ana'
export const ROLE = 'arn:aws:iam::123456789012:role/deploy'
/** Only who has shown a code may take it. */
export const GUARDED_ROLE = 'arn:aws:iam::123456789012:role/guarded'
/** The code that the device shows. */
export const CODE = '123456'

/**
 * The Security Token Service as far as the tests need it: it checks each signature as “Create a signed AWS API request”
 * (IAM User Guide) says and answers GetCallerIdentity, GetSessionToken and AssumeRole in the XML of its reference.
 */
export class AwsService {
  readonly asks: AwsAsk[] = []
  /** Seconds for which the sessions last. */
  seconds = 3600
  readonly #keys = new Map<string, Key>()
  #server: Server | null = null

  /** Makes a pair of a user. */
  newPair(): { readonly id: string; readonly secret: string } {
    const id = `AKIA${randomBytes(8).toString('hex').toUpperCase()}`
    const secret = randomBytes(30).toString('base64')
    this.#keys.set(id, { secret, token: null, arn: USER, hasMfa: false })
    return { id, secret }
  }

  /** Every secret key and token that it knows. */
  secrets(): string[] {
    return [...this.#keys.values()].flatMap(({ secret, token }) =>
      token === null ? [secret] : [secret, token]
    )
  }

  /** Takes a pair away, as a person does at AWS. */
  revoke(id: string): void {
    this.#keys.delete(id)
  }

  /** Listens without TLS; returns the address. */
  async listen(): Promise<string> {
    this.#server = createServer((request, response) => void this.handle(request, response))
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
  }

  readonly handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    const parameters = new URLSearchParams(body)
    const action = parameters.get('Action') ?? ''
    const keyId = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const key = this.#keys.get(keyId)
    const refused = key === undefined ? 'InvalidClientTokenId' : faultOf(request, body, key)
    const answer = refused ?? this.#answer(action, parameters, key as Key)
    this.asks.push({ action, keyId, refused: typeof answer === 'string' ? answer : null })
    const [status, xml] = typeof answer === 'string' ? [403, errorXml(answer)] : [200, answer.xml]
    response.writeHead(status, { 'content-type': 'text/xml' }).end(xml)
  }

  #answer(action: string, parameters: URLSearchParams, key: Key): string | { readonly xml: string } {
    switch (action) {
      case 'GetCallerIdentity': {
        const identity = `<Arn>${key.arn}</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>`
        return { xml: resultXml(action, identity) }
      }
      case 'GetSessionToken':
        if (parameters.get('TokenCode') !== CODE || parameters.get('SerialNumber') !== DEVICE)
          return 'AccessDenied'
        return { xml: resultXml(action, this.#session(key.arn, true)) }
      case 'AssumeRole': {
        const role = parameters.get('RoleArn') ?? ''
        const mayTake = role === ROLE || (role === GUARDED_ROLE && key.hasMfa)
        if (!mayTake) return 'AccessDenied'
        const arn = `${role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${parameters.get('RoleSessionName') ?? ''}`
        return { xml: resultXml(action, this.#session(arn, key.hasMfa)) }
      }
      default:
        return 'InvalidAction'
    }
  }

  #session(arn: string, hasMfa: boolean): string {
    const id = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`
    const [secret, token] = [randomBytes(30).toString('base64'), randomBytes(90).toString('base64')]
    this.#keys.set(id, { secret, token, arn, hasMfa })
    const until = new Date(Date.now() + this.seconds * 1000).toISOString().replace(/\.\d{3}/, '')
    return `<Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>${until}</Expiration></Credentials>`
  }
}

const resultXml = (action: string, inner: string): string =>
  `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${inner}</${action}Result></${action}Response>`
const errorXml = (code: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>Refused by the test.</Message></Error></ErrorResponse>`

/** Null: the request is signed with this key, now, and with everything that has to be signed. Else the code of the fault. */
function faultOf(
  { headers, method, url }: IncomingMessage,
  body: string,
  { secret, token }: Key
): string | null {
  const [, day = '', region = '', service = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? ''
    ) ?? []
  const time = String(headers['x-amz-date'] ?? '')
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  const signedNames = names.split(';')
  const mustBe = ['host', 'x-amz-date', ...(token === null ? [] : ['x-amz-security-token'])]
  if (!mustBe.every((name) => signedNames.includes(name)) || !time.startsWith(day))
    return 'IncompleteSignature'
  if (service !== 'sts' || !(Math.abs(Date.now() - at) < 5 * 60_000)) return 'SignatureDoesNotMatch'
  if ((headers['x-amz-security-token'] ?? null) !== token) return 'InvalidClientTokenId'
  const [path = '', query = ''] = (url ?? '').split('?')
  const canonical = [
    method,
    path,
    query,
    ...signedNames.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    names,
    createHash('sha256').update(body).digest('hex')
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`
  let key: Buffer = Buffer.from(`AWS4${secret}`)
  for (const part of [day, region, service, 'aws4_request', text]) {
    key = createHmac('sha256', key).update(part).digest()
  }
  return key.toString('hex') === signature ? null : 'SignatureDoesNotMatch'
}
