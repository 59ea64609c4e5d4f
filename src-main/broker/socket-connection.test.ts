import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { FrameChannel } from '../../src-socket/frame-channel.ts'
import { challengeFrom, hello as newHello, type Hello, proofOf } from '../../src-socket/handshake.ts'
import {
  bytesOf,
  countedBody,
  type Listener,
  listen,
  manyTurns,
  messageOf
} from '../../src-socket/socket-pair.testkit.ts'
import { VaultConnection } from '../../src-socket/vault-connection.ts'
import { unknownPeer } from '../core/use/client.ts'
import { serveConnection, type SocketHandler } from './socket-connection.ts'

const secrets: Readonly<Record<string, Uint8Array>> = {
  terminal: Buffer.alloc(32, 7),
  agent: Buffer.alloc(32, 8)
}
const unknown = {
  code: 'INVALID_REQUEST',
  message:
    'Latchkey does not know this program, or its access was switched off. Pair it again with “latchkey pair”.'
}
const MOST_UNDER_WAY = 2 * 1024 * 1024

let listener: Listener | null = null
const clients = new Set<Socket>()
afterEach(async () => {
  for (const client of clients) client.destroy()
  clients.clear()
  await listener?.close()
  listener = null
})

/** A vault whose requests `handle` answers; `called` has the names that came to it, `over` each ended connection. */
async function vaultWith(handle: SocketHandler, handshakeMs = 30_000) {
  const called: string[] = []
  const proved: string[] = []
  const over: Promise<void>[] = []
  listener = await listen((socket) => {
    const served = serveConnection(new FrameChannel(socket), unknownPeer, {
      clients: {
        find: async (id) => {
          if (id === 'broken') throw new Error('the keychain is locked')
          const secret = secrets[id]
          return secret === undefined ? null : { client: { id, name: id }, secret }
        },
        onProved: (id) => void proved.push(id)
      },
      handle: async (name, args, caller) => {
        called.push(name)
        return await handle(name, args, caller)
      },
      handshakeMs
    })
    over.push(served)
  })
  const { path } = listener
  return { path, called, proved, over }
}

/** A client that speaks frames and does what it likes. */
async function rawClient(path: string): Promise<{ socket: Socket; channel: FrameChannel }> {
  const socket = connect(path)
  clients.add(socket)
  await once(socket, 'connect')
  return { socket, channel: new FrameChannel(socket) }
}

async function open(path: string, client = 'agent'): Promise<VaultConnection> {
  return await VaultConnection.open(path, { client, secret: secrets[client] ?? Buffer.alloc(32) })
}

const echo: SocketHandler = async (_name, args) => ({ value: args })

type Said = { hello: Hello; version: number; serverNonce: string; proof: string }

/** Sends a hello and returns both halves of what was said. */
async function greet(channel: FrameChannel, hello: Hello): Promise<Said> {
  await channel.send(hello)
  const challenge = challengeFrom(await messageOf(channel))
  if (challenge === null) throw new Error('no challenge')
  return { hello, version: challenge.version, serverNonce: challenge.nonce, proof: challenge.proof }
}

const secretOf = (id: string): Uint8Array => secrets[id] ?? Buffer.alloc(32)

describe('a client that does not prove itself', () => {
  const proofs: Readonly<Record<string, (said: Said) => unknown>> = {
    'sends the vault’s own proof back': ({ proof }) => ({ proof }),
    'makes the proof of a vault': (said) => ({ proof: proofOf('server', secretOf('agent'), said) }),
    'has the secret of another client': (said) => ({ proof: proofOf('client', secretOf('terminal'), said) }),
    'proves another version': (said) => ({
      proof: proofOf('client', secretOf('agent'), { ...said, version: 2 })
    }),
    'offered other versions than came here': (said) => ({
      proof: proofOf('client', secretOf('agent'), { ...said, hello: { ...said.hello, versions: [2, 1] } })
    }),
    'proves to be another client': (said) => ({
      proof: proofOf('client', secretOf('agent'), { ...said, hello: { ...said.hello, client: 'terminal' } })
    }),
    'sends half a proof': (said) => ({ proof: proofOf('client', secretOf('agent'), said).slice(0, 32) }),
    'sends an empty proof': () => ({ proof: '' }),
    'sends a proof that is a list': (said) => ({ proof: [proofOf('client', secretOf('agent'), said)] }),
    'sends its request instead': () => ({ request: 'use', args: [] })
  }

  it.each(Object.keys(proofs))('is told so and closed, and reaches no handler, if it %s', async (name) => {
    const vault = await vaultWith(echo)
    const { channel } = await rawClient(vault.path)
    const said = await greet(channel, newHello('agent'))
    await channel.send(proofs[name]?.(said))
    await channel.send({ request: 'use', args: [] })
    expect(await messageOf(channel)).toMatchObject({ ok: false, problem: unknown })
    expect(await channel.next()).toBeNull()
    await vault.over[0]
    expect([vault.called, vault.proved]).toEqual([[], []])
  })

  it('can not repeat the proof of an earlier connection, even with the same hello', async () => {
    const vault = await vaultWith(echo)
    const hello = newHello('agent')
    const first = await rawClient(vault.path)
    const said = await greet(first.channel, hello)
    const proof = proofOf('client', secretOf('agent'), said)
    await first.channel.send({ proof })
    expect(await messageOf(first.channel)).toEqual({ ready: true })
    const second = await rawClient(vault.path)
    const again = await greet(second.channel, hello)
    expect(again.serverNonce).not.toBe(said.serverNonce)
    await second.channel.send({ proof })
    expect(await messageOf(second.channel)).toMatchObject({ ok: false, problem: unknown })
    expect(vault.proved).toEqual(['agent'])
  })

  it.each<[string, unknown, string]>([
    ['a request', { request: 'use', args: [] }, 'INVALID_REQUEST'],
    ['a hello without a nonce', { ...newHello('agent'), nonce: '' }, 'INVALID_REQUEST'],
    ['a hello of the wrong version', { ...newHello('agent'), versions: [2, 3] }, 'PROTOCOL_MISMATCH'],
    ['a hello of an unknown client', newHello('nobody'), 'INVALID_REQUEST'],
    ['a hello of a client whose secret can not be read', newHello('broken'), 'INVALID_REQUEST']
  ])('is refused if its first word is %s', async (_name, first, code) => {
    const vault = await vaultWith(echo)
    const { channel } = await rawClient(vault.path)
    await channel.send(first)
    await channel.send({ request: 'use', args: [] })
    expect(await messageOf(channel)).toMatchObject({ ok: false, problem: { code } })
    await vault.over[0]
    expect([vault.called, vault.proved]).toEqual([[], []])
  })

  it.each(['says nothing', 'stops after its hello', 'stops within a frame'])(
    'is closed after the limit if it %s',
    async (how) => {
      const vault = await vaultWith(echo, 20)
      const { socket, channel } = await rawClient(vault.path)
      if (how === 'stops after its hello') await greet(channel, newHello('agent'))
      if (how === 'stops within a frame') socket.write(Buffer.of(0, 0, 1))
      expect(await channel.next()).toBeNull()
      await vault.over[0]
      expect(vault.called).toEqual([])
    }
  )

  it('is closed at the first broken frame', async () => {
    const vault = await vaultWith(echo)
    const { socket, channel } = await rawClient(vault.path)
    socket.write('GET / HTTP/1.1\r\n\r\n')
    expect(await channel.next()).toBeNull()
    await vault.over[0]
    expect(vault.called).toEqual([])
  })
})

describe('a client that has proved itself', () => {
  it('asks one thing after the other, and the handler knows who it is', async () => {
    const names: string[] = []
    const vault = await vaultWith(async (name, args, { client, peer }) => {
      names.push(client.name)
      return { value: [name, args, peer] }
    })
    const connection = await open(vault.path)
    expect(await connection.ask('one', 1, null)).toEqual(['one', [1, null], unknownPeer])
    expect(await connection.ask('two')).toEqual(['two', [], unknownPeer])
    expect([names, vault.proved]).toEqual([['agent', 'agent'], ['agent']])
  })

  it('has its second request begun when the first is answered, also if it sends both at once', async () => {
    let running = 0
    let most = 0
    const vault = await vaultWith(async (name) => {
      running += 1
      most = Math.max(most, running)
      await manyTurns()
      running -= 1
      return { value: name }
    })
    const { channel } = await proved(vault.path)
    await channel.send({ request: 'one', args: [] })
    await channel.send({ request: 'two', args: [] })
    expect(await messageOf(channel)).toMatchObject({ value: 'one' })
    expect(await messageOf(channel)).toMatchObject({ value: 'two' })
    expect(most).toBe(1)
  })

  it('gets a problem of the vault as it is, and of any other error a fixed sentence', async () => {
    const vault = await vaultWith(async (name) => {
      if (name === 'ours') throw new VaultError('VAULT_LOCKED')
      throw new Error('sk-live-0123456789')
    })
    const connection = await open(vault.path)
    await expect(connection.ask('ours')).rejects.toMatchObject({ problem: { code: 'VAULT_LOCKED' } })
    await expect(connection.ask('other')).rejects.toMatchObject({
      problem: { code: 'INTERNAL', message: expect.not.stringContaining('sk-live') }
    })
  })

  it.each<[string, unknown]>([
    ['no name', { args: [] }],
    ['arguments that are no list', { request: 'use', args: {} }],
    ['a list', ['use']],
    ['null', null],
    ['the hello of another client', newHello('terminal')]
  ])('is closed by a request with %s', async (_name, request) => {
    const vault = await vaultWith(echo)
    const { channel } = await proved(vault.path)
    await channel.send(request)
    expect(await channel.next()).toBeNull()
    await vault.over[0]
    expect(vault.called).toEqual([])
  })

  it.each(['data', 'end'] as const)('is closed by a frame that nobody asked for: %s', async (kind) => {
    const vault = await vaultWith(echo)
    const { channel } = await proved(vault.path)
    if (kind === 'data') await channel.sendData(Buffer.from('x'))
    else await channel.sendEnd()
    expect(await channel.next()).toBeNull()
    await vault.over[0]
  })

  it('is closed by a broken frame, which also ends the request under way', async () => {
    const begun = Promise.withResolvers<AbortSignal>()
    const vault = await vaultWith(async (_name, _args, { signal }) => {
      begun.resolve(signal)
      await once(signal, 'abort')
      throw new VaultError('INVALID_REQUEST')
    })
    const { socket, channel } = await proved(vault.path)
    await channel.send({ request: 'use', args: [] })
    const signal = await begun.promise
    socket.write(Buffer.of(0, 0, 0, 0, 0))
    await vault.over[0]
    expect(signal.aborted).toBe(true)
  })
})

/** A raw client after an honest handshake. */
async function proved(path: string): Promise<{ socket: Socket; channel: FrameChannel }> {
  const client = await rawClient(path)
  const said = await greet(client.channel, newHello('agent'))
  await client.channel.send({ proof: proofOf('client', secretOf('agent'), said) })
  expect(await messageOf(client.channel)).toEqual({ ready: true })
  return client
}

describe('a body', () => {
  it('goes through in both directions at once', async () => {
    const vault = await vaultWith(async (_name, _args, caller) => {
      const asked = caller.body()[Symbol.asyncIterator]()
      const first = await asked.next()
      async function* both(): AsyncGenerator<Uint8Array> {
        for (let at = first; at.done !== true; at = await asked.next()) yield at.value
      }
      return { value: 'echo', body: both() }
    })
    const connection = await open(vault.path)
    const { body } = countedBody(50, 70_000)
    const answer = await connection.stream('use', [], { body })
    const got = await bytesOf(answer.body)
    expect(got).toHaveLength(3_500_000)
    expect([got[0], got[70_000], got[3_499_999]]).toEqual([0, 1, 49])
    expect(await connection.stream('use', [], { body: countedBody(0, 0).body })).toMatchObject({
      value: 'echo'
    })
  })

  it('of an answer is made no faster than the client reads it', async () => {
    const { counter, body } = countedBody(500, 100_000)
    const vault = await vaultWith(async () => ({ value: 1, body }))
    const answer = await (await open(vault.path)).stream('use', [])
    let read = 0
    let most = 0
    for await (const bytes of answer.body ?? []) {
      read += bytes.length
      if (read % 2_000_000 === 0) await manyTurns()
      most = Math.max(most, counter.taken - read)
    }
    expect(read).toBe(50_000_000)
    expect(most).toBeLessThan(MOST_UNDER_WAY)
  })

  it('of a request is taken no faster than the handler reads it', async () => {
    const { counter, body } = countedBody(500, 100_000)
    let most = 0
    const vault = await vaultWith(async (_name, _args, caller) => {
      let read = 0
      for await (const bytes of caller.body()) {
        read += bytes.length
        if (read % 2_000_000 === 0) await manyTurns()
        most = Math.max(most, counter.taken - read)
      }
      return { value: read }
    })
    expect((await (await open(vault.path)).stream('use', [], { body })).value).toBe(50_000_000)
    expect(most).toBeLessThan(MOST_UNDER_WAY)
  })

  it('of an answer that fails half-way is an error for the client, and the next request works', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half')
      throw new VaultError('PROVIDER_UNREACHABLE')
    }
    const vault = await vaultWith(async (name) =>
      name === 'use' ? { value: 1, body: failing() } : { value: 'well' }
    )
    const connection = await open(vault.path)
    const { body } = await connection.stream('use', [])
    await expect(bytesOf(body)).rejects.toMatchObject({ problem: { code: 'PROVIDER_UNREACHABLE' } })
    expect(await connection.ask('next')).toBe('well')
  })

  it('of a request that fails half-way is an error for the handler, and the next request works', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half')
      throw new Error('disk')
    }
    let got: unknown = null
    const vault = await vaultWith(async (name, _args, caller) => {
      if (name === 'use') await bytesOf(caller.body()).catch((error: unknown) => (got = error))
      return { value: name }
    })
    const connection = await open(vault.path)
    await connection.stream('use', [], { body: failing() })
    expect(got).toMatchObject({ message: 'The request was cancelled.' })
    expect(await connection.ask('next')).toBe('next')
  })

  it('of a request that is cut by the end of the connection is an error for the handler', async () => {
    const ended = Promise.withResolvers<unknown>()
    const vault = await vaultWith(async (_name, _args, caller) => {
      await bytesOf(caller.body()).then(ended.reject, ended.resolve)
      return { value: 1 }
    })
    const { channel } = await proved(vault.path)
    await channel.send({ request: 'use', args: [] })
    expect(await messageOf(channel)).toEqual({ go: true })
    await channel.sendData(Buffer.from('half'))
    channel.close()
    expect(await ended.promise).toBeInstanceOf(VaultError)
  })

  it('of a request that nobody reads to its end is skipped, and none of it reaches the next request', async () => {
    const bodies: string[] = []
    const vault = await vaultWith(async (name, _args, caller) => {
      for await (const bytes of caller.body()) {
        bodies.push(`${name}: ${Buffer.from(bytes.subarray(0, 6)).toString('hex')}`)
        break
      }
      return { value: name }
    })
    const connection = await open(vault.path)
    const { body } = countedBody(200, 100_000)
    expect((await connection.stream('one', [], { body })).value).toBe('one')
    async function* second(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('second')
    }
    expect((await connection.stream('two', [], { body: second() })).value).toBe('two')
    expect(bodies).toEqual(['one: 000000000000', `two: ${Buffer.from('second').toString('hex')}`])
  })
})

describe('a cancel', () => {
  it('ends the signal of a handler that has not answered yet, and the next request works', async () => {
    const vault = await vaultWith(async (name, _args, { signal, tell }) => {
      if (name === 'next') return { value: signal.aborted }
      await tell('begun')
      await once(signal, 'abort')
      throw new VaultError('APPROVAL_DENIED')
    })
    const connection = await open(vault.path)
    const onNotice = (): void => void connection.cancel()
    await expect(connection.stream('use', [], { onNotice })).rejects.toMatchObject({
      problem: { code: 'APPROVAL_DENIED' }
    })
    expect(await connection.ask('next')).toBe(false)
  })

  it('ends an answer half-way: its body is closed, and the client gets an error', async () => {
    const { counter, body } = countedBody(1000, 100_000)
    const vault = await vaultWith(async (name) => (name === 'use' ? { value: 1, body } : { value: 'well' }))
    const connection = await open(vault.path)
    const answer = await connection.stream('use', [])
    const read = async (): Promise<void> => {
      for await (const bytes of answer.body ?? []) {
        if (bytes.length > 0 && counter.taken < 1_000_000) await connection.cancel()
      }
    }
    await expect(read()).rejects.toMatchObject({ problem: { message: 'The request was cancelled.' } })
    expect(counter.isClosed).toBe(true)
    expect(counter.taken).toBeLessThan(MOST_UNDER_WAY)
    expect(await connection.ask('next')).toBe('well')
  })

  it('that comes after the answer ends nothing', async () => {
    const signals: AbortSignal[] = []
    const vault = await vaultWith(async (name, _args, { signal }) => {
      signals.push(signal)
      return { value: name }
    })
    const connection = await open(vault.path)
    expect(await connection.ask('one')).toBe('one')
    await connection.cancel()
    await connection.cancel()
    expect(await connection.ask('two')).toBe('two')
    expect(signals[1]?.aborted).toBe(false)
  })
})

describe('a client that goes away', () => {
  it('ends the signal of the handler, and the connection is over', async () => {
    const begun = Promise.withResolvers<AbortSignal>()
    const vault = await vaultWith(async (_name, _args, { signal }) => {
      begun.resolve(signal)
      await once(signal, 'abort')
      throw new VaultError('INVALID_REQUEST')
    })
    const connection = await open(vault.path)
    const asked = connection.ask('use').catch(() => undefined)
    const signal = await begun.promise
    connection.destroy()
    await asked
    await vault.over[0]
    expect(signal.aborted).toBe(true)
  })

  it('closes the body of the answer under way', async () => {
    const { counter, body } = countedBody(10_000, 100_000)
    const vault = await vaultWith(async () => ({ value: 1, body }))
    const connection = await open(vault.path)
    await connection.stream('use', [])
    connection.destroy()
    await vault.over[0]
    expect(counter.isClosed).toBe(true)
    expect(counter.taken).toBeLessThan(MOST_UNDER_WAY)
  })
})
