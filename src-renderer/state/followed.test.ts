import { expect, it } from 'vitest'
import { problemCatalog, type Result } from '#shared/problem.ts'
import { Follower } from './followed.ts'

/** A follower of answers that the test gives by hand. */
function world() {
  const waiting: ((result: Result<string>) => void)[] = []
  const changes = new Set<() => void>()
  const follower = new Follower<string>({
    ask: () => new Promise((resolve) => waiting.push(resolve)),
    onChange: (listener) => {
      changes.add(listener)
      return () => changes.delete(listener)
    }
  })
  const answer = async (result: Result<string>): Promise<void> => {
    waiting.shift()?.(result)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { follower, waiting, answer, change: () => changes.forEach((tell) => tell()) }
}

const good = (value: string): Result<string> => ({ ok: true, value })
const bad: Result<string> = {
  ok: false,
  problem: { code: 'KEYCHAIN_LOCKED', ...problemCatalog.KEYCHAIN_LOCKED }
}
const nothing = (): void => undefined

it('asks when the first one looks and not for the second, and shows the answer to both', async () => {
  const { follower, waiting, answer } = world()
  expect(waiting).toHaveLength(0)
  const told: string[] = []
  follower.subscribe(() => told.push('one'))
  follower.subscribe(() => told.push('two'))
  expect(waiting).toHaveLength(1)
  expect(follower.getState()).toEqual({ kind: 'loading' })
  await answer(good('rows'))
  expect(follower.getState()).toEqual({ kind: 'ready', value: 'rows', problem: null })
  expect(told).toEqual(['one', 'two'])
})

it('asks again for a change that came while it asked, and shows only the newer answer', async () => {
  const { follower, waiting, answer, change } = world()
  follower.subscribe(nothing)
  change()
  change()
  expect(waiting).toHaveLength(1)
  await answer(good('old'))
  expect(follower.getState()).toEqual({ kind: 'loading' })
  expect(waiting).toHaveLength(1)
  await answer(good('new'))
  expect(follower.getState()).toMatchObject({ value: 'new' })
  expect(waiting).toHaveLength(0)
})

it('asks nothing when nobody looks, and again when somebody looks again', async () => {
  const { follower, waiting, answer, change } = world()
  const leave = follower.subscribe(nothing)
  await answer(good('rows'))
  leave()
  change()
  expect(waiting).toHaveLength(0)
  follower.subscribe(nothing)
  expect(follower.getState()).toMatchObject({ value: 'rows' })
  expect(waiting).toHaveLength(1)
})

it('keeps what it showed when a later request fails, and says so', async () => {
  const { follower, answer, change } = world()
  follower.subscribe(nothing)
  await answer(bad)
  expect(follower.getState()).toMatchObject({ kind: 'failed', problem: { code: 'KEYCHAIN_LOCKED' } })
  change()
  await answer(good('rows'))
  change()
  await answer(bad)
  expect(follower.getState()).toMatchObject({
    kind: 'ready',
    value: 'rows',
    problem: { code: 'KEYCHAIN_LOCKED' }
  })
})
