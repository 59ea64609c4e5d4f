import { TransportError } from '../../core/tokens/transport-error.ts'
import type { FetchPort } from '../http/guarded-fetch.ts'
import { jsonAnswer } from '../http/json-answer.ts'
import { type LibraryFetch, answerFetch } from '../http/token-fetch.ts'

const LONGEST_REQUEST_URI = 1024
/** The library insists on a life; nobody here counts it, because the page is opened at once. */
const ANY_LIFE = 60

/**
 * For the endpoint that takes authorization requests before the page is opened (RFC 9126). Throws TokenRefusal with
 * the error code, TransportError for an answer without a usable `request_uri`: one that quotes the
 * client's secret would take it to the browser.
 */
export function pushedFetch(fetchPort: FetchPort): LibraryFetch {
  return answerFetch(fetchPort, (answer, sent) => {
    const requestUri = jsonAnswer(answer)['request_uri']
    if (!isRequestUri(requestUri) || sent.areQuotedIn(requestUri))
      throw new TransportError('unreadable', answer.status)
    const body = { request_uri: requestUri, expires_in: ANY_LIFE }
    return new Response(JSON.stringify(body), {
      status: 201,
      headers: { 'content-type': 'application/json' }
    })
  })
}

function isRequestUri(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= LONGEST_REQUEST_URI && /^[a-z][\x21-\x7e]+$/i.test(value)
  )
}
