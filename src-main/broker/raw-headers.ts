import type { IncomingMessage } from 'node:http'
import type { Header } from '../core/use/use-ports.ts'

/** The headers of an answer as they came, in their order. */
export function headerPairs(raw: readonly string[]): Header[] {
  const all: Header[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) all.push([raw[at] ?? '', raw[at + 1] ?? ''])
  return all
}

/**
 * Returns the encoding of the body of an answer. The vault asks for no encoding of the transfer (RFC 9112 section 6.1);
 * one that comes all the same is named as a whole, which nobody decodes. Null: the body has none, or no body follows
 * (RFC 9110 sections 9.3.2 and 15.4.5).
 */
export function encodingOf({ rawHeaders, statusCode }: IncomingMessage, method: string): string | null {
  if (method === 'HEAD' || statusCode === 204 || statusCode === 304) return null
  const found = headerPairs(rawHeaders).flatMap(([given, value]) => {
    const name = given.toLowerCase()
    if (name === 'content-encoding') return [value]
    return name === 'transfer-encoding' && !/^chunked$/i.test(value) ? [`transfer: ${value}`] : []
  })
  return found.length === 0 ? null : found.join(',')
}
