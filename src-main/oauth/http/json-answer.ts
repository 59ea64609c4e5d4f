import { TransportError } from '../../core/tokens/transport-error.ts'
import type { GuardedAnswer } from './guarded-fetch.ts'
import { TokenRefusal } from './token-fetch.ts'
import { jsonObject } from './json.ts'

/**
 * Returns the JSON object of a good answer. Throws TokenRefusal for a refusal, and TransportError for an
 * answer that is not a JSON object.
 */
export function jsonAnswer(answer: GuardedAnswer): Record<string, unknown> {
  const body = jsonObject(answer.text)
  if (answer.status >= 400) throw new TokenRefusal(answer.status, errorCode(body?.['error']))
  if (body === null) throw new TransportError('unreadable', answer.status)
  return body
}

function errorCode(value: unknown): string | null {
  return typeof value === 'string' && /^[\w.-]{1,60}$/.test(value) ? value : null
}
