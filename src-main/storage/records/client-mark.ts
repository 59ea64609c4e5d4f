import { createHash } from 'node:crypto'
import type { OAuthGrant } from '../../core/credential-record.ts'

/** Enough to notice a change; it lies beside the client itself, in the same record. */
const MARK_LENGTH = 16

/** By which the client that a sign-in was made with is known again: changes with its ID and with its secret. */
export function clientMark({ id, secret }: OAuthGrant['client']): string {
  const text = JSON.stringify([id, secret?.expose((value) => value) ?? null])
  return createHash('sha256').update(`client ${text}`).digest('hex').slice(0, MARK_LENGTH)
}
