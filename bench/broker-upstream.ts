// The server of `bench/broker.ts`, in a process of its own: gets its certificate by a message and answers with its port.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyPair } from '../test/support/certificates.ts'

export const DOWNLOAD_BYTES = 100_000_000

function* pieces(piece: Buffer): Generator<Buffer> {
  for (let left = DOWNLOAD_BYTES; left > 0; left -= piece.length) yield piece.subarray(0, left)
}

/** Two events: what a stream holds back of the first one would come with the second one. */
async function sendEvents(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('data: {"delta":"first"}\n\n')
  await sleep(20)
  response.end('data: {"delta":"second"}\n\n')
}

async function serveUpstream(): Promise<void> {
  const [pair] = (await once(process, 'message')) as [KeyPair]
  const small = JSON.stringify({ data: 'x'.repeat(1000) })
  // Text, as most answers are, in which the first letters of a key occur by chance.
  const piece = Buffer.from(randomBytes(48_000).toString('base64'))
  const server = createServer(pair, (request, response) => {
    if (request.url === '/download') {
      response.setHeader('content-length', DOWNLOAD_BYTES)
      pipeline(Readable.from(pieces(piece)), response, () => undefined)
    } else if (request.url === '/events') void sendEvents(response)
    else response.end(small)
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.once('disconnect', () => process.exit())
}

if (process.argv[2] === 'serve') await serveUpstream()
