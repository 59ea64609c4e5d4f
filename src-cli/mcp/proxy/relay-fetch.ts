import type { FetchLike } from '@modelcontextprotocol/client'
import type { RelaySender } from '../../../src-socket/relay-server.ts'

/** Statuses whose answer has no body (RFC 9110). */
const BODILESS = new Set([204, 205, 304])

/** A `fetch` whose requests the vault sends, with the credential. */
export function relayFetch(send: RelaySender): FetchLike {
  return async (address, init) => {
    const { pathname, search } = new URL(address)
    const headers = [...new Headers(init?.headers)]
    const bytes = typeof init?.body === 'string' ? Buffer.from(init.body) : null
    const sized = bytes === null ? headers : [...headers, ['content-length', String(bytes.length)] as const]
    const answer = await send(
      {
        method: init?.method ?? 'GET',
        path: `${pathname}${search}`,
        headers: sized,
        body: bytes === null ? null : once(bytes)
      },
      init?.signal ?? new AbortController().signal
    )
    const body = BODILESS.has(answer.status) ? null : ReadableStream.from(answer.body)
    return new Response(body, {
      status: answer.status,
      headers: answer.headers.map(([name, value]) => [name, value])
    })
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
