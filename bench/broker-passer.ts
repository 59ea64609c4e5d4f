// A process between client and server that passes a body on and does nothing else: the least that a vault can cost on
// this computer. Gets the server and the path of its own socket by a message, and says when it listens.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, get } from 'node:https'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { newVaultHome, removeVaultHome } from '../test/support/vault-harness.ts'
import type { Get, Upstream } from './broker-vault.ts'

type Passing = { readonly upstream: Upstream; readonly socket: string }

async function pass(): Promise<void> {
  const [{ upstream, socket }] = (await once(process, 'message')) as [Passing]
  const { port, ca } = upstream
  const agent = new Agent({ keepAlive: true, ca })
  const server = createServer((client) => {
    const asked = get({ host: 'localhost', port, path: '/download', agent })
    asked.once('response', (answer: IncomingMessage) => pipeline(answer, client, () => undefined))
  })
  server.listen(socket, () => process.send?.('ready'))
  process.once('disconnect', () => process.exit())
}

/** Starts the process. `get` gives the body of the download by it, whatever the path. */
export async function startPasser(
  upstream: Upstream
): Promise<{ readonly get: Get; readonly close: () => Promise<void> }> {
  const folder = await newVaultHome()
  const socket = join(folder, 'passer.sock')
  const process: ChildProcess = fork(import.meta.filename, ['pass'])
  process.send({ upstream, socket } satisfies Passing)
  await once(process, 'message')
  return {
    get: async () => connect(socket),
    close: async () => {
      process.disconnect()
      await once(process, 'exit')
      await removeVaultHome(folder)
    }
  }
}

if (process.argv[2] === 'pass') await pass()
