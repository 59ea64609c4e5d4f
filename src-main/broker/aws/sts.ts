import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Sts, StsPlace } from '../../core/aws/aws-sessions.ts'
import type { AwsSession, AwsSigner } from '../../core/credential-record.ts'
import type { Clock } from '../../core/ports.ts'
import { Secret } from '../../core/secret.ts'
import type { StopSignal } from '../../core/use/stop-signal.ts'
import type { Header, SendAnswer, SendRequest } from '../../core/use/use-ports.ts'
import { targetOf } from '../parse-target.ts'
import { signed } from './sigv4.ts'
import { refusalOf, sessionFrom } from './sts-answer.ts'

export type StsPorts = {
  readonly clock: Pick<Clock, 'now'>
  /** Throws as `Sender.send`. */
  readonly send: (request: Omit<SendRequest, 'isLocal'>) => Promise<SendAnswer>
}

const VERSION = '2011-06-15'
const GLOBAL_REGION = 'us-east-1'
const USER_SECONDS = 12 * 3600
/** The longest that AWS gives to a role that was taken with the keys of a session. */
const ROLE_SECONDS = 3600
/** Shown in the logs of AWS. */
const SESSION_NAME = 'latchkey'
const MOST_BYTES = 64 * 1024

/** Asks the Security Token Service of AWS (STS API Reference, 2011-06-15) through the sender. */
export function createSts({ clock, send }: StsPorts): Sts {
  const ask = async (
    { ref, region, endpoint }: StsPlace,
    signer: AwsSigner,
    { parameters, signal }: { readonly parameters: Record<string, string>; readonly signal: StopSignal }
  ): Promise<AwsSession> => {
    const found = targetOf(endpoint ?? addressOf(region))
    if (found.kind === 'fault') {
      throw new VaultError('INVALID_REQUEST', { message: 'The address of STS is not valid. Set it again.' })
    }
    const body = new URLSearchParams({ ...parameters, Version: VERSION }).toString()
    const headers: Header[] = [['content-type', 'application/x-www-form-urlencoded; charset=utf-8']]
    const request = { method: 'POST', target: found.target, headers, body }
    const scope = { region: region ?? GLOBAL_REGION, service: 'sts', now: clock.now() }
    const { authorization, headers: all } = signed(request, signer, scope)
    const answer = await send({
      ...request,
      headers: all,
      body: bytesOf(body),
      signal,
      credential: {
        key: credentialKey(ref),
        secret: new Secret(authorization),
        scheme: { kind: 'header', name: 'authorization' }
      }
    })
    const text = await textOf(answer)
    if (answer.status !== 200) throw refusalOf(answer.status, text, parameters)
    return sessionFrom(text)
  }
  return {
    userSession: (place, signer, { serial, code }, signal) =>
      ask(place, signer, {
        parameters: {
          Action: 'GetSessionToken',
          DurationSeconds: String(USER_SECONDS),
          SerialNumber: serial,
          TokenCode: code
        },
        signal
      }),
    roleSession: (place, signer, role, signal) =>
      ask(place, signer, {
        parameters: {
          Action: 'AssumeRole',
          DurationSeconds: String(ROLE_SECONDS),
          RoleArn: role,
          RoleSessionName: SESSION_NAME
        },
        signal
      })
  }
}

/** The address of a region's STS. Regions of China have a domain of their own. */
function addressOf(region: string | null): string {
  if (region === null) return 'https://sts.amazonaws.com/'
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function textOf({ body, discard }: SendAnswer): Promise<string> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    pieces.push(piece)
    if (length > MOST_BYTES) {
      discard()
      throw new VaultError('PROVIDER_REFUSED', { message: 'The answer of AWS is too long to be one of STS.' })
    }
  }
  return Buffer.concat(pieces).toString('utf8')
}
