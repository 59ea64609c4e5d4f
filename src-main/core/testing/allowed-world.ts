import { credentialKey } from '#shared/credential.ts'
import type { Credential } from '../credential-record.ts'
import type { SendAnswer } from '../use/use-ports.ts'
import type { UseOutcome } from '../use/use-service.ts'
import { sampleGrant } from './samples.ts'
import { sampleAnswer, sampleWanted, useWorld } from './use-world.ts'

/** The person's answer: this request, this once. */
export const once = { kind: 'allowed', duration: 'once', wholeHost: false } as const
/** A use of the API key. */
export const ofKey = { service: 'stripe' } as const
/** The answer of a server that does not take the token. */
export const unauthorized = (): SendAnswer => sampleAnswer({ status: 401, pieces: [] })

/** A world in which the person has allowed every path of the host, for both reading and posting. */
export async function allowedWorld(held: Credential = sampleGrant()) {
  const world = await useWorld(held)
  const credential = credentialKey(held.ref)
  for (const method of ['GET', 'POST', 'OPTIONS'])
    world.allow(sampleWanted({ credential, method }), 'until-lock')
  return world
}

/** Reads the answer until `wantsMore` says no. */
export async function bodyOf(outcome: UseOutcome, wantsMore: () => boolean = () => true): Promise<string> {
  if (outcome.kind !== 'answer') throw new Error(outcome.kind)
  let text = ''
  for await (const piece of outcome.answer.body) {
    text += String.fromCharCode(...piece)
    if (!wantsMore()) break
  }
  return text
}

/** A body of three bytes. */
export async function* someBody(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1, 2, 3)
}
