import { describe, expect, it } from 'vitest'
import { KeyedQueue } from './keyed-queue.ts'

describe('a keyed queue', () => {
  it('runs tasks of one key one after the other, in the order they came', async () => {
    const queue = new KeyedQueue()
    const seen: string[] = []
    const task = (name: string) => async (): Promise<void> => {
      seen.push(`${name} begins`)
      await Promise.resolve()
      await Promise.resolve()
      seen.push(`${name} ends`)
    }
    await Promise.all([queue.run('k', task('a')), queue.run('k', task('b'))])
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('lets another key go on meanwhile', async () => {
    const queue = new KeyedQueue()
    const { promise, resolve } = Promise.withResolvers<string>()
    const waiting = queue.run('slow', () => promise)
    await expect(queue.run('quick', async () => 'done')).resolves.toBe('done')
    resolve('late')
    await expect(waiting).resolves.toBe('late')
  })

  it('goes on after a task that failed, and tells only its caller', async () => {
    const queue = new KeyedQueue()
    const failing = queue.run('k', async () => {
      throw new Error('no')
    })
    const next = queue.run('k', async () => 'yes')
    await expect(failing).rejects.toThrow('no')
    await expect(next).resolves.toBe('yes')
    await queue.idle()
  })
})
