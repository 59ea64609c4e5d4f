import { describe, expect, it } from 'vitest'
import { summary } from '../test-summary.ts'
import { marksOf, placeOf, timelineRows } from './timeline-model.ts'

const now = Date.parse('2026-12-01T12:00:00.000Z')
const at = (day: string) => `2026-12-${day}T12:00:00.000Z`
const all = [
  summary({ name: 'GitHub', renewable: true, nextRefreshAt: at('02') }),
  summary({ service: 'npm', name: 'npm', expiry: { kind: 'at', at: at('20') } }),
  summary({ service: 'box', name: 'Box', renewable: true, nextRefreshAt: at('03'), useBefore: at('05') }),
  summary({ service: 'old', name: 'Old', expiry: { kind: 'at', at: '2027-06-01T00:00:00.000Z' } }),
  summary({ service: 'none', name: 'None' })
]
const rows = (span: 7 | 30 | 90, withRefreshes = true) =>
  timelineRows(all, { now, span, withRefreshes }).map(
    ({ credential, coming }) => `${credential.name} ${coming.map(({ kind }) => kind).join(' ')}`
  )

describe('the timeline', () => {
  it('has a row for each credential with something to come, what needs the person first', () => {
    expect(rows(30)).toEqual(['Box renews use-by', 'npm expires', 'GitHub renews'])
    expect(rows(7)).toEqual(['Box renews use-by', 'GitHub renews'])
    expect(rows(30, false)).toEqual(['Box use-by', 'npm expires'])
  })

  it('places times from now to the end of what is shown', () => {
    const options = { now, span: 30 } as const
    expect(placeOf(Date.parse(at('16')), options)).toBe(50)
    expect([placeOf(now - 1, options), placeOf(now * 2, options)]).toEqual([0, 100])
  })

  it('marks midnights, fewer the more days are shown', () => {
    expect([7, 30, 90].map((span) => marksOf({ now, span: span as 7 }).length)).toEqual([7, 5, 5])
    for (const mark of marksOf({ now, span: 7 })) expect(new Date(mark).getHours()).toBe(0)
  })
})
