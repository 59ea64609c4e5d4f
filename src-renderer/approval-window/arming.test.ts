import { describe, expect, it } from 'vitest'
import { ARMING_MS, createArming } from './arming.ts'

/** An arming whose alarm rings when the test says so; it was disarmed once, as the window does at its start. */
function shown() {
  const alarms: { ms: number; ring: () => void; isCancelled: boolean }[] = []
  const arming = createArming((ms, ring) => {
    const alarm = { ms, ring, isCancelled: false }
    alarms.push(alarm)
    return () => void (alarm.isCancelled = true)
  })
  arming.disarm()
  const ring = (): void => {
    for (const alarm of alarms.splice(0)) if (!alarm.isCancelled) alarm.ring()
  }
  return { arming, alarms, ring }
}

describe('the arming of an answer', () => {
  it('waits for half a second', () => {
    const { arming, alarms } = shown()
    expect(alarms.map(({ ms }) => ms)).toEqual([500])
    expect(ARMING_MS).toBe(500)
    expect(arming.isArmed()).toBe(false)
  })

  it('counts nothing before it has rung', () => {
    const { arming } = shown()
    expect(arming.counts()).toBe(false)
    arming.press('Enter')
    expect(arming.counts()).toBe(false)
  })

  it('counts a press that begins after it has rung', () => {
    const { arming, ring } = shown()
    ring()
    arming.press('pointer')
    expect(arming.counts()).toBe(true)
    arming.release('pointer')
    expect(arming.counts()).toBe(true)
  })

  it('counts what a screen reader does without any press', () => {
    const { arming, ring } = shown()
    arming.press('Enter')
    arming.release('Enter')
    ring()
    expect(arming.counts()).toBe(true)
  })

  it('refuses a press that begins before and ends after it has rung', () => {
    const { arming, ring } = shown()
    arming.press('pointer')
    ring()
    expect(arming.isArmed()).toBe(true)
    expect(arming.counts()).toBe(false)
    arming.release('pointer')
    expect(arming.counts()).toBe(false)
  })

  it('refuses the repeats of a key that is held', () => {
    const { arming, ring } = shown()
    ring()
    arming.repeat()
    expect(arming.counts()).toBe(false)
    arming.press('Enter')
    expect(arming.counts()).toBe(true)
  })

  it('refuses a press during which the window changes', () => {
    const { arming, ring } = shown()
    ring()
    arming.press('Space')
    arming.disarm()
    expect(arming.counts()).toBe(false)
    ring()
    expect(arming.counts()).toBe(false)
  })

  it('forgets a press whose end it can not hear', () => {
    const { arming, ring } = shown()
    arming.press('Alt')
    arming.releaseAll()
    arming.disarm()
    ring()
    expect(arming.counts()).toBe(true)
  })

  it('begins again with every change, and only the last one ends it', () => {
    const { arming, alarms, ring } = shown()
    arming.disarm()
    expect(alarms.map(({ isCancelled }) => isCancelled)).toEqual([true, false])
    ring()
    expect(arming.isArmed()).toBe(true)
    arming.disarm()
    expect(arming.isArmed()).toBe(false)
  })

  it('tells its listeners of both, until they leave', () => {
    const { arming, ring } = shown()
    const seen: boolean[] = []
    const leave = arming.subscribe(() => seen.push(arming.isArmed()))
    ring()
    arming.disarm()
    leave()
    ring()
    expect(seen).toEqual([true, false])
  })
})
