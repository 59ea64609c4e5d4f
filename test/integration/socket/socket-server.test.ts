import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { realpathSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { peerReader } from '../../../src-main/broker/peer.ts'
import { openSocketServer, type SocketServer } from '../../../src-main/broker/socket-server.ts'
import { type Peer, unknownPeer } from '../../../src-main/core/use/client.ts'
import { messageFrame } from '../../../src-socket/frames.ts'
import { hello } from '../../../src-socket/handshake.ts'
import { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { missingPrograms, NOBODY, visitSocket } from '../../support/other-user.ts'

const isRoot = process.getuid?.() === 0
const identity = { client: 'terminal', secret: Buffer.alloc(32, 7) }
/** To a client that is not known the vault answers that it is not. */
const stranger = messageFrame(hello('stranger'))

let root = ''
let path = ''
let server: SocketServer | null = null
let opened: Socket[] = []
let counts: number[] = []
let peers: Peer[] = []
let waiting = Promise.withResolvers<void>()

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'latchkey-server-'))
  path = join(root, 'run', 'vault.sock')
  ;[opened, counts, peers] = [[], [], []]
  waiting = Promise.withResolvers()
})
afterEach(async () => {
  for (const socket of opened) socket.destroy()
  await server?.close()
  server = null
  await rm(root, { recursive: true })
})

type Options = { readonly handshakeMs?: number; readonly looksUp?: () => Promise<void> }

async function start({
  handshakeMs = 30_000,
  looksUp = async () => undefined
}: Options = {}): Promise<SocketServer> {
  const read = await peerReader()
  server = await openSocketServer({
    place: { folder: join(root, 'run'), path },
    peerOf: (socket) => {
      const peer = read(socket)
      peers.push(peer)
      return peer
    },
    clients: {
      find: async (id) => {
        await looksUp()
        return id === 'stranger' ? null : { client: { id, name: id }, secret: identity.secret }
      }
    },
    handle: async (name, _args, { signal }) => {
      if (name === 'wait') {
        waiting.resolve()
        await once(signal, 'abort')
      }
      return { value: name }
    },
    onConnections: (count) => counts.push(count),
    handshakeMs
  })
  return server
}

async function silentClient(): Promise<Socket> {
  const socket = connect(path)
  socket.on('error', () => undefined)
  opened.push(socket)
  await once(socket, 'connect')
  return socket
}

it('these tests have every program that they need', () => {
  expect(missingPrograms(['perl', 'setpriv', 'which'])).toEqual([])
})

describe('another user', () => {
  it.runIf(isRoot)('is kept out by the folder, by the mode of the socket, and by who they are', async () => {
    await start()
    await chmod(root, 0o755)
    expect(await visitSocket(path, stranger, NOBODY)).toBe('refused: Permission denied')
    await chmod(join(root, 'run'), 0o755)
    expect(await visitSocket(path, stranger, NOBODY)).toBe('refused: Permission denied')
    expect([peers, counts]).toEqual([[], []])
    await chmod(path, 0o666)
    expect(await visitSocket(path, stranger, NOBODY)).toBe('closed')
    expect(peers.map(({ uid }) => uid)).toEqual([NOBODY])
    expect(counts).toEqual([])
    expect(await visitSocket(path, stranger, null)).toMatch(/^answered /)
  })
})

describe('the program at the other end', () => {
  it.runIf(process.platform === 'linux')('is known by its user, its process and its path', async () => {
    await start()
    const said = await visitSocket(path, stranger, null)
    const perl = realpathSync(spawnSync('which', ['perl'], { encoding: 'utf8' }).stdout.trim())
    expect(peers).toEqual([
      { uid: process.getuid?.(), pid: Number(said.replace('answered ', '')), program: perl }
    ])
  })

  it('is not known where the system does not tell', async () => {
    const read = await peerReader('darwin')
    await start()
    expect(read(await silentClient())).toEqual(unknownPeer)
  })
})

describe('many programs at once', () => {
  it('are sixty-four; one more is told so in a sentence, and welcome once another is gone', async () => {
    await start()
    for (let count = 0; count < 63; count += 1) await silentClient()
    const last = await VaultConnection.open(path, identity)
    await expect(VaultConnection.open(path, identity)).rejects.toMatchObject({
      problem: {
        code: 'BROKER_UNREACHABLE',
        message: 'Too many programs use Latchkey at once. Try again in a moment.'
      },
      isNotBegun: true
    })
    expect(await last.ask('status')).toBe('status')
    expect(Math.max(...counts)).toBe(64)
    opened[0]?.destroy()
    await expect.poll(() => counts.at(-1)).toBe(63)
    const next = await VaultConnection.open(path, identity)
    expect(await next.ask('status')).toBe('status')
    for (const connection of [last, next]) connection.close()
  })

  it('do not keep the vault from others by silence: each is closed after the limit', async () => {
    await start({ handshakeMs: 50 })
    const silent = await Promise.all(Array.from({ length: 32 }, silentClient))
    const slow = silent[0]
    slow?.write(messageFrame(hello('terminal')))
    await Promise.all(
      silent.map(async (socket) => {
        socket.resume()
        if (!socket.closed) await once(socket, 'close')
      })
    )
    await expect.poll(() => counts.at(-1)).toBe(0)
    const connection = await VaultConnection.open(path, identity)
    expect(await connection.ask('status')).toBe('status')
    connection.close()
  })
})

describe('a client whose access ends', () => {
  it('is cut off within a request, and no other is', async () => {
    const { cut } = await start()
    const agent = await VaultConnection.open(path, { ...identity, client: 'agent' })
    const other = await VaultConnection.open(path, identity)
    const lost = expect(agent.ask('wait')).rejects.toMatchObject({ problem: { code: 'BROKER_UNREACHABLE' } })
    await waiting.promise
    cut('agent')
    await lost
    expect(await other.ask('status')).toBe('status')
    other.close()
  })

  it('is cut off while its secret is looked up, and never welcome', async () => {
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { cut } = await start({
      looksUp: async () => {
        begun.resolve()
        await goOn.promise
      }
    })
    const opening = VaultConnection.open(path, { ...identity, client: 'agent' })
    const refused = expect(opening).rejects.toMatchObject({ problem: { code: 'BROKER_UNREACHABLE' } })
    await begun.promise
    cut('agent')
    goOn.resolve()
    await refused
  })
})

describe('the server', () => {
  it('ends every connection when it is closed, and takes its socket away', async () => {
    const { close } = await start()
    const connection = await VaultConnection.open(path, identity)
    const asked = connection.ask('wait')
    const lost = expect(asked).rejects.toMatchObject({ problem: { code: 'BROKER_UNREACHABLE' } })
    await waiting.promise
    const silent = await silentClient()
    silent.resume()
    const gone = once(silent, 'close')
    await close()
    server = null
    await gone
    await lost
    await expect(VaultConnection.open(path, identity)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
