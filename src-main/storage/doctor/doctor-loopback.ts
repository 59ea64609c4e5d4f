import { once } from 'node:events'
import { createServer } from 'node:net'

/** Binds a port that the system chooses on 127.0.0.1, and lets it go. Throws what the system says. */
export async function bindLoopback(host = '127.0.0.1'): Promise<void> {
  const server = createServer()
  server.listen({ port: 0, host })
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}
