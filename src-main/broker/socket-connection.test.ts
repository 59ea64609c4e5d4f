import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { hello as newHello } from '../../src-socket/handshake.ts'
import { countedBody, manyTurns, messageOf } from '../../src-socket/socket-pair.testkit.ts'
import { unknownPeer } from '../core/use/client.ts'
import { closeAll, echo, MOST_UNDER_WAY, open, proved, vaultWith } from './socket-connection.testkit.ts'

afterEach(closeAll)

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

  it('makes an answer an error also if its body just stops at the signal', async () => {
    async function* untilAbort(signal: AbortSignal): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half')
      await once(signal, 'abort')
    }
    const vault = await vaultWith(async (_name, _args, { signal }) => ({
      value: 1,
      body: untilAbort(signal)
    }))
    const connection = await open(vault.path)
    const { body } = await connection.stream('use', [])
    const read = async (): Promise<void> => {
      for await (const bytes of body ?? []) if (bytes.length > 0) await connection.cancel()
    }
    await expect(read()).rejects.toMatchObject({ problem: { message: 'The request was cancelled.' } })
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
  it('ends the signal of the handler, and the connection', async () => {
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
