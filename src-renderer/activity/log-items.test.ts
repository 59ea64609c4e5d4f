import { expect, it } from 'vitest'
import { itemKey, logItems } from './log-items.ts'
import { auditRow } from './test-rows.ts'
import { usesOf } from './uses.ts'

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
const uses = usesOf([
  auditRow({ seq: 3, at: '2026-11-21T09:00:00.000Z' }),
  auditRow({ seq: 2, at: '2026-11-21T08:00:00.000Z' }),
  auditRow({ seq: 1, at: '2026-11-20T23:00:00.000Z' })
]).map((use) => ({ ...use, credential: null }))
const short = (isCut: boolean) =>
  logItems(uses, { dayOf, isCut }).map((item) =>
    item.kind === 'use' ? item.use.seq : item.kind === 'day' ? item.day : 'end'
  )

it('has each day once above its lines, and the note at the end only where rows are left out', () => {
  expect(short(false)).toEqual(['2026-11-21', 3, 2, '2026-11-20', 1])
  expect(short(true)).toEqual(['2026-11-21', 3, 2, '2026-11-20', 1, 'end'])
  expect(logItems([], { dayOf, isCut: false })).toEqual([])
})

it('gives every item another key, also where a clock that was set back repeats a day', () => {
  const back = [...uses, ...usesOf([auditRow({ seq: 0 })]).map((use) => ({ ...use, credential: null }))]
  const keys = logItems(back, { dayOf, isCut: true }).map(itemKey)
  expect(keys.filter((key) => key.startsWith('day 2026-11-21'))).toHaveLength(2)
  expect(new Set(keys).size).toBe(keys.length)
})

it('keeps the key of a line when another is added above', () => {
  const keys = (all: typeof uses) => logItems(all, { dayOf, isCut: false }).map(itemKey)
  expect(keys(uses)).toEqual(expect.arrayContaining(keys(uses.slice(1)).slice(1)))
})
