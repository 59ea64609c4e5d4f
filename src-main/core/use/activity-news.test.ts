import { expect, it } from 'vitest'
import { FakeClock } from '../testing/fake-clock.ts'
import { activityNews } from './activity-news.ts'

function world() {
  const clock = new FakeClock()
  const told: (number | null)[] = []
  return { clock, told, news: activityNews(clock, (seq) => told.push(seq)) }
}

it('tells the first change at once, and a thousand more within a second as one', async () => {
  const { clock, told, news } = world()
  news.changed(1)
  await clock.pass(0)
  expect(told).toEqual([1])
  for (let seq = 2; seq <= 1001; seq += 1) news.changed(seq)
  await clock.pass(999)
  expect(told).toEqual([1])
  await clock.pass(1)
  expect(told).toEqual([1, 1001])
})

it('sets no alarm while nothing changes', async () => {
  const { clock, told, news } = world()
  expect(clock.pending).toBe(0)
  news.changed(7)
  await clock.pass(5000)
  expect(told).toEqual([7])
  expect(clock.pending).toBe(0)
  news.changed(8)
  await clock.pass(0)
  expect(told).toEqual([7, 8])
})

it('keeps the newest row when something else changes, and begins without one', async () => {
  const { clock, told, news } = world()
  news.changed(null)
  await clock.pass(1000)
  news.changed(3)
  news.changed(null)
  await clock.pass(1000)
  expect(told).toEqual([null, 3])
})

it('tells nothing once it is stopped, not even what was owed', async () => {
  const { clock, told, news } = world()
  news.changed(1)
  news.stop()
  news.changed(2)
  await clock.pass(5000)
  expect(told).toEqual([])
  expect(clock.pending).toBe(0)
})
