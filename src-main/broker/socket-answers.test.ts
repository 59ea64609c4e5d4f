import { afterEach, describe, expect, it } from 'vitest'
import { messageOf } from '../../src-socket/socket-pair.testkit.ts'
import { closeAll, MOST_UNDER_WAY, open, proved, vaultWith } from './socket-connection.testkit.ts'

afterEach(closeAll)

describe('an answer that does not fit a frame', () => {
  const rowsOf = (length: number): readonly string[] => Array.from({ length }, (_, at) => `row ${at} größe`)

  it.each([10, 11_000, 20_000, 500_000])('comes whole, and so does the next: %i rows', async (length) => {
    const vault = await vaultWith(async () => ({ value: rowsOf(length) }))
    const connection = await open(vault.path)
    expect(await connection.ask('list')).toEqual(rowsOf(length))
    expect(await connection.stream('list', [])).toEqual({ value: rowsOf(length), body: null })
  })

  it('comes whole at every length around that of a frame', async () => {
    const vault = await vaultWith(async (_name, [length]) => ({ value: 'x'.repeat(Number(length)) }))
    const connection = await open(vault.path)
    for (let length = 262_030; length <= 262_150; length += 1) {
      expect(await connection.ask('text', length)).toHaveLength(length)
    }
  })

  it('is refused beyond 64 MiB, and another can follow', async () => {
    const vault = await vaultWith(async (name) => ({ value: name === 'huge' ? 'x'.repeat(67_108_864) : 1 }))
    const connection = await open(vault.path)
    await expect(connection.ask('huge')).rejects.toMatchObject({
      problem: { code: 'INVALID_REQUEST', message: 'The answer is too large. Ask for less.' }
    })
    expect(await connection.ask('next')).toBe(1)
  })

  it('ends when the client cancels it', async () => {
    const vault = await vaultWith(async () => ({ value: rowsOf(500_000) }))
    const { channel } = await proved(vault.path)
    await channel.send({ request: 'list', args: [] })
    expect(await messageOf(channel)).toEqual({ ok: true, isInBody: true })
    await channel.sendCancel()
    let bytes = 0
    for (let frame = await channel.next(); ; frame = await channel.next()) {
      if (frame?.kind !== 'data') {
        expect(frame).toMatchObject({ kind: 'message', value: { ok: false } })
        break
      }
      bytes += frame.bytes.length
    }
    expect(bytes).toBeLessThan(MOST_UNDER_WAY)
  })
})

describe('a connection', () => {
  it('that ends is told to what was begun over it', async () => {
    const gone = Promise.withResolvers<void>()
    const vault = await vaultWith(async (_name, _args, caller) => {
      caller.gone.addEventListener('abort', () => gone.resolve())
      return { value: caller.gone.aborted }
    })
    const connection = await open(vault.path)
    expect(await connection.ask('one')).toBe(false)
    expect(await connection.ask('two')).toBe(false)
    connection.close()
    await gone.promise
  })
})
