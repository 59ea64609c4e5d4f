import type { IncomingMessage } from 'node:http'
import type { Header } from '../core/use/use-ports.ts'

/** The headers of an answer as they came, in their order. */
export function headerPairs(raw: readonly string[]): Header[] {
  const all: Header[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) all.push([raw[at] ?? '', raw[at + 1] ?? ''])
  return all
}

/**
 * Returns the encoding of the body of an answer. Null: it has none, or no body follows it (RFC 9110 sections 9.3.2
 * and 15.4.5).
 */
export function encodingOf({ rawHeaders, statusCode }: IncomingMessage, method: string): string | null {
  if (method === 'HEAD' || statusCode === 204 || statusCode === 304) return null
  const found = headerPairs(rawHeaders).filter(([name]) => name.toLowerCase() === 'content-encoding')
  return found.length === 0 ? null : found.map(([, value]) => value).join(',')
}
