import { array, assert, constantFrom, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuditRowView } from '#shared/broker/audit.ts'
import { auditRow } from './test-rows.ts'
import { seqsOf, usedBy, usesOf } from './uses.ts'

const intent = (seq: number, part: Partial<AuditRowView> = {}) => auditRow({ seq, ...part })
const outcome = (seq: number, of: number, part: Partial<AuditRowView> = {}) =>
  auditRow({ seq, of, kind: 'outcome', status: 200, ...part })

describe('lines of the log', () => {
  it('have a use and its end as one, newest beginning first', () => {
    const uses = usesOf([outcome(4, 1), outcome(3, 2, { status: 404 }), intent(2), intent(1)])
    expect(uses.map(({ seq, result }) => [seq, result])).toEqual([
      [2, { kind: 'answered', status: 404 }],
      [1, { kind: 'answered', status: 200 }]
    ])
    expect(seqsOf(uses)).toEqual([2, 3, 1, 4])
  })

  it('show the end of a use whose beginning is no longer among the rows', () => {
    const [use] = usesOf([outcome(1002, 1)])
    expect(use).toMatchObject({ seq: 1002, outcome: null, result: { kind: 'answered', status: 200 } })
  })

  it.each([
    [[intent(1)], { kind: 'open' }],
    [[outcome(2, 1, { status: null }), intent(1, { action: 'relay' })], { kind: 'done' }],
    [[outcome(2, 1, { code: 'NOT_READ' }), intent(1)], { kind: 'failed', code: 'NOT_READ' }],
    [[auditRow({ kind: 'refused', code: 'host' })], { kind: 'refused', code: 'host' }],
    [[auditRow({ kind: 'event', action: 'pair' })], { kind: 'noted', code: null }],
    [[auditRow({ kind: 'checkpoint', of: 9, code: 'a hash' })], { kind: 'noted', code: null }]
  ])('say how it ended: %#', (rows, result) => {
    expect(usesOf(rows).map((use) => use.result)).toEqual([result])
  })

  it('have every row once, in whatever order uses begin and end', () => {
    const kinds = array(constantFrom('begin', 'end', 'refuse', 'note'), { maxLength: 60 })
    assert(
      property(kinds, nat(40), (steps, cut) => {
        const rows: AuditRowView[] = []
        const open: number[] = []
        for (const step of steps) {
          const seq = rows.length + 1
          const of = step === 'end' ? open.shift() : undefined
          if (step === 'begin') open.push(seq)
          if (step === 'end' && of === undefined) continue
          if (of !== undefined) rows.push(outcome(seq, of))
          else if (step === 'begin') rows.push(intent(seq))
          else rows.push(auditRow({ seq, kind: step === 'refuse' ? 'refused' : 'event' }))
        }
        const shown = rows.slice(cut).toReversed()
        const uses = usesOf(shown)
        expect(seqsOf(uses).toSorted((a, b) => a - b)).toEqual(rows.slice(cut).map(({ seq }) => seq))
        expect(uses.map(({ seq }) => seq)).toEqual(uses.map(({ seq }) => seq).toSorted((a, b) => b - a))
      })
    )
  })
})

describe('the programs that used a credential', () => {
  const own = '["github","ana"]'

  it('are counted by their uses, the last one first', () => {
    const rows = [
      outcome(9, 8),
      intent(8, { client: 'b', clientName: 'bee', at: '2026-11-21T12:00:00.000Z' }),
      intent(7, { client: 'a', clientName: 'ant', at: '2026-11-21T11:00:00.000Z' }),
      intent(6, { client: 'b', clientName: 'bee', at: '2026-11-20T12:00:00.000Z' })
    ]
    expect(usedBy(rows, own)).toEqual([
      { client: 'b', name: 'bee', at: '2026-11-21T12:00:00.000Z', count: 2 },
      { client: 'a', name: 'ant', at: '2026-11-21T11:00:00.000Z', count: 1 }
    ])
  })

  it('are none of those that were refused, that used another one, or that only answered', () => {
    const rows = [
      auditRow({ seq: 3, kind: 'refused', code: 'host' }),
      intent(2, { credential: '["github","bo"]' }),
      auditRow({ seq: 1, kind: 'event', action: 'answer' })
    ]
    expect(usedBy(rows, own)).toEqual([])
  })
})
