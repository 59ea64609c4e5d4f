import { afterEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { bytesOf, countedBody, manyTurns, messageOf } from '../../src-socket/socket-pair.testkit.ts'
import { closeAll, MOST_UNDER_WAY, open, proved, vaultWith } from './socket-connection.testkit.ts'

afterEach(closeAll)

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
