import { afterEach, describe, expect, it } from 'vitest'
import { hello as newHello, proofOf } from '../../src-socket/handshake.ts'
import { messageOf } from '../../src-socket/socket-pair.testkit.ts'
import {
  closeAll,
  echo,
  greet,
  rawClient,
  type Said,
  secretOf,
  vaultWith
} from './socket-connection.testkit.ts'

const unknown = {
  code: 'INVALID_REQUEST',
  message:
    'Latchkey does not know this program, or its access was switched off. Pair it again with “latchkey pair”.'
}

afterEach(closeAll)

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
