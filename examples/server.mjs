// A server in front of one API: passes GET requests on and streams the answers back. Nobody who asks it has a credential,
// and neither has the server; whoever reaches it can use the API, so it listens on this computer alone. node examples/server.mjs github https://api.github.com
import { createServer } from 'node:http'
import process from 'node:process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ApprovalRequired, AuthenticationRequired, connect } from 'latchkey/client'

const [service, origin] = process.argv.slice(2)
const latchkey = await connect()

async function pass(incoming, outgoing) {
  if (incoming.method !== 'GET') {
    outgoing.writeHead(405).end()
    return
  }
  try {
    const answer = await latchkey.request(service, new URL(incoming.url, origin), { waits: false })
    outgoing.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
    if (answer.body === null) outgoing.end()
    else await pipeline(Readable.fromWeb(answer.body), outgoing)
  } catch (error) {
    if (outgoing.headersSent) {
      outgoing.destroy()
      return
    }
    const isRefused = error instanceof ApprovalRequired || error instanceof AuthenticationRequired
    outgoing.writeHead(isRefused ? 403 : 502, { 'content-type': 'text/plain' }).end(error.message)
  }
}

const server = createServer((incoming, outgoing) => void pass(incoming, outgoing))
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`)
})
