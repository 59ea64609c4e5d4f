import { describe, expect, it } from 'vitest'
import { CallLimit } from './call-limit.ts'

const tooMany = expect.objectContaining({ code: 'TOO_MANY_CALLS' })

describe('the limit on calls', () => {
  it('lets sixty go at once, then one each second', async () => {
    let now = 0
    const limit = new CallLimit(() => now)
    for (let call = 0; call < 60; call += 1) await limit.run(async () => undefined)
    await expect(limit.run(async () => undefined)).rejects.toThrow(tooMany)
    now += 1000
    await limit.run(async () => undefined)
    await expect(limit.run(async () => undefined)).rejects.toThrow(tooMany)
    now += 3_600_000
    for (let call = 0; call < 60; call += 1) await limit.run(async () => undefined)
    await expect(limit.run(async () => undefined)).rejects.toThrow(tooMany)
  })

  it('lets eight run at the same time, and counts those that fail as ended', async () => {
    const limit = new CallLimit(() => 0)
    const { promise, reject } = Promise.withResolvers<never>()
    const running = Array.from({ length: 8 }, () => limit.run(() => promise).catch(() => 'failed'))
    await expect(limit.run(async () => 'ninth')).rejects.toThrow(tooMany)
    reject(new Error('it failed'))
    expect(await Promise.all(running)).toEqual(Array.from({ length: 8 }, () => 'failed'))
    expect(await limit.run(async () => 'later')).toBe('later')
  })
})
