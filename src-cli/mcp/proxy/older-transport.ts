import type { FetchLike } from '@modelcontextprotocol/client'

/** Longest time in milliseconds to wait for the first event. */
const FIRST_EVENT_MS = 5000
/** The first event comes within so many characters. */
const MOST_READ = 4096

/** Statuses with which a server that has only the older transport answers a message at its address. */
export const maySpeakOlder = (status: number | undefined): boolean => [400, 404, 405].includes(status ?? 0)

/**
 * True if the server at this address has the HTTP with SSE of the protocol of 2024-11-05: it answers GET with a stream whose
 * first event names another address for messages. Never rejects.
 */
export async function speaksOlderTransport(url: URL, fetch: FetchLike): Promise<boolean> {
  const stop = new AbortController()
  const alarm = setTimeout(() => stop.abort(), FIRST_EVENT_MS)
  try {
    const headers = { accept: 'text/event-stream' }
    const { body, headers: told } = await fetch(url, { headers, signal: stop.signal })
    if (body === null || told.get('content-type')?.startsWith('text/event-stream') !== true) return false
    let text = ''
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      text += piece
      if (text.length > MOST_READ || /\r?\n\r?\n/.test(text)) break
    }
    return /^event: ?endpoint\r?$/m.test(text)
  } catch {
    return false
  } finally {
    clearTimeout(alarm)
    stop.abort()
  }
}
