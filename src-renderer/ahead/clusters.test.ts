import { expect, it } from 'vitest'
import { dayOf } from '../status/coming.ts'
import { summary } from '../test-summary.ts'
import { clusters } from './clusters.ts'

const at = (day: string) => `2026-12-${day}T12:00:00.000Z`
const ends = (day: string) => ({ kind: 'at', at: at(day) }) as const

it('What comes is put together by day and kind, ends before refreshes, with the names of the entries', () => {
  const now = Date.parse(at('01')) - 3_600_000
  const also = summary({ service: 'x', name: 'X', expiry: ends('01') })
  const all = [
    summary({ name: 'GitHub', renewable: true, nextRefreshAt: at('01') }),
    summary({ service: 'npm', name: 'npm', expiry: ends('04') }),
    summary({ service: 'box', name: 'Box', renewable: true, useBefore: at('03'), signInBefore: at('20') }),
    also,
    { ...also, id: 'two', account: 'two' }
  ]
  const found = clusters(all, { now, days: 7 })
  expect(found.map(({ kind, names }) => `${kind} ${names.join(' ')}`)).toEqual([
    'expires X X',
    'renews GitHub',
    'use-by Box',
    'expires npm'
  ])
  expect(found[3]?.day).toBe(dayOf(Date.parse(at('04'))))
  expect(clusters(all, { now: Date.parse(at('21')), days: 7 })).toEqual([])
})
