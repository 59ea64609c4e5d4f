import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { idleAlarm } from './idle-alarm.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function alarm() {
  const state = { isBusy: false, rings: 0 }
  const count = idleAlarm(1000, { isBusy: () => state.isBusy, ring: () => void (state.rings += 1) })
  return { state, count }
}

it('rings once the last connection has been gone for long enough', () => {
  const { state, count } = alarm()
  count(1)
  vi.advanceTimersByTime(60_000)
  count(0)
  vi.advanceTimersByTime(999)
  expect(state.rings).toBe(0)
  vi.advanceTimersByTime(1)
  expect(state.rings).toBe(1)
})

it('waits for work that goes on without a connection', () => {
  const { state } = alarm()
  state.isBusy = true
  vi.advanceTimersByTime(5500)
  state.isBusy = false
  expect(state.rings).toBe(0)
  vi.advanceTimersByTime(500)
  expect(state.rings).toBe(1)
})
