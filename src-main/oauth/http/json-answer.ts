import { TransportError } from '../../core/tokens/transport-error.ts'
import type { GuardedAnswer } from './guarded-fetch.ts'
import { isRecord } from '../metadata/issuer-metadata.ts'
import { TokenRefusal } from './token-fetch.ts'

/** The JSON object of a good answer. Throws TokenRefusal for a refusal, TransportError for what is no JSON object. */
export function jsonAnswer(answer: GuardedAnswer): Record<string, unknown> {
  const body = jsonObject(answer.text)
  if (answer.status >= 400) throw new TokenRefusal(answer.status, errorCode(body?.['error']))
  if (body === null) throw new TransportError('unreadable', answer.status)
  return body
}

/** Null: the text is no JSON object. Never throws. */
export function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    // The error quotes the text; it ends here.
    return null
  }
}

function errorCode(value: unknown): string | null {
  return typeof value === 'string' && /^[\w.-]{1,60}$/.test(value) ? value : null
}
