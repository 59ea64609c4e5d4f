import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { frameHead, FrameReader, messageFrame } from './frames.ts'
import { type Hello, helloFrom, proofOf } from './handshake.ts'
import { type Listener, listen } from './socket-pair.testkit.ts'
import { type Identity, VaultConnection } from './vault-connection.ts'

const identity: Identity = { client: 'terminal', secret: Buffer.alloc(32, 7) }
const notTheVault = {
  code: 'BROKER_UNREACHABLE',
  message: 'Another program answers at the place of Latchkey’s socket. Nothing was sent to it.'
}
const lost = {
  code: 'BROKER_UNREACHABLE',
  message: 'The connection to Latchkey was lost before the answer was complete.'
}

let listener: Listener | null = null
afterEach(async () => {
  await listener?.close()
  listener = null
})

describe('a client that meets another program at the socket', () => {
  /** Each returns the bytes by which the impostor answers a hello; null: it closes the connection. */
  const answers: Readonly<Record<string, (hello: Hello) => Buffer | null>> = {
    'closes the connection': () => null,
    'has another secret': (hello) => challenge(hello, { secret: Buffer.alloc(32, 8) }),
    'makes the proof of a client': (hello) => challenge(hello, { role: 'client' }),
    'repeats what the vault once said': (hello) => challenge({ ...hello, nonce: '0f'.repeat(32) }),
    'repeats what the vault said to another client': (hello) => challenge({ ...hello, client: 'other' }),
    'has the client’s own nonce': ({ nonce }) => messageFrame({ version: 1, nonce, proof: nonce }),
    'made the vault believe in an older offer': (hello) => challenge({ ...hello, versions: [0] }),
    'names a version that was not offered': (hello) => challenge(hello, { version: 2 }),
    'sends an empty proof': () => messageFrame({ version: 1, nonce: 'b2'.repeat(32), proof: '' }),
    'says that all is well': () => messageFrame({ ready: true }),
    'asks for a body': () => messageFrame({ go: true }),
    'sends a frame that is none': () => Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
    'sends half a frame': () => Buffer.concat([frameHead('message', 100), Buffer.alloc(3)]),
    'refuses in words of its own': () =>
      messageFrame({ ok: false, problem: { code: 'INVALID_REQUEST', message: 'no' } })
  }

  it.each(Object.keys(answers))('sends nothing but the hello if it %s', async (name) => {
    const impostor = await impostorWith((hello) => answers[name]?.(hello) ?? null)
    await expect(VaultConnection.open(impostor.path, identity)).rejects.toMatchObject({
      name: 'VaultRefusal'
    })
    const frames = new FrameReader().push(await impostor.bytes)
    expect(frames).toEqual([
      {
        kind: 'message',
        value: {
          latchkey: 'hello',
          versions: [1],
          client: 'terminal',
          nonce: expect.stringMatching(/^[0-9a-f]{64}$/)
        }
      }
    ])
  })

  it('says that another program answers there', async () => {
    const { path } = await impostorWith((hello) => challenge(hello, { secret: Buffer.alloc(32, 8) }))
    await expect(VaultConnection.open(path, identity)).rejects.toMatchObject({ problem: notTheVault })
  })

  it('says that the versions differ', async () => {
    const { path } = await impostorWith((hello) => challenge(hello, { version: 2 }))
    await expect(VaultConnection.open(path, identity)).rejects.toMatchObject({
      problem: { code: 'PROTOCOL_MISMATCH' }
    })
  })

  it('does not wait for ever for one that says nothing', async () => {
    listener = await listen((socket) => void socket.resume())
    await expect(VaultConnection.open(listener.path, identity, 20)).rejects.toMatchObject({ problem: lost })
  })

  it('gives the system’s error if nobody listens', async () => {
    await expect(VaultConnection.open('/tmp/latchkey-no-such.sock', identity)).rejects.toMatchObject({
      code: 'ENOENT'
    })
  })
})

type Change = { secret?: Uint8Array; role?: 'client' | 'server'; version?: number }

/** What a vault would say to a hello, or says wrongly. */
function challenge(
  hello: Hello,
  { secret = identity.secret, role = 'server', version = 1 }: Change = {}
): Buffer {
  const serverNonce = 'b2'.repeat(32)
  return messageFrame({
    version,
    nonce: serverNonce,
    proof: proofOf(role, secret, { hello, version, serverNonce })
  })
}

/** A program at the socket that keeps every byte it gets, until the client is gone. */
async function impostorWith(answer: (hello: Hello) => Buffer | null) {
  const all = Promise.withResolvers<Buffer>()
  listener = await listen((socket) => void record(socket, answer).then(all.resolve, all.reject))
  return { path: listener.path, bytes: all.promise }
}

async function record(socket: Socket, answer: (hello: Hello) => Buffer | null): Promise<Buffer> {
  const reader = new FrameReader()
  const pieces: Buffer[] = []
  socket.on('data', (bytes) => {
    pieces.push(bytes)
    const [frame] = reader.push(bytes)
    const hello = frame?.kind === 'message' ? helloFrom(frame.value) : null
    if (hello === null) return
    const said = answer(hello)
    if (said === null) socket.end()
    // A cut frame ends with the connection.
    else if (said.length < 10) socket.end(said)
    else socket.write(said)
  })
  socket.resume()
  await once(socket, 'close')
  return Buffer.concat(pieces)
}
