import { describe, expect, it } from 'vitest'
import { acceptanceRow } from './acceptance.ts'
import { type AuditHead, verifyChain } from './audit-head.ts'
import { closedLog, EMPTY, hashed, replaceRow, rewrite, storedRows, tamper } from './audit-log.testkit.ts'
import type { AuditLog } from './audit-log.ts'

const forged = Buffer.alloc(32, 8)
type Closed = Awaited<ReturnType<typeof closedLog>>

/** The person accepts what `verify` finds by this anchor; the head after that. */
async function accepted({ withLog }: Closed, anchor: AuditHead | null): Promise<AuditHead> {
  return await withLog((log: AuditLog) => {
    const report = log.verify(anchor)
    if (!('seq' in report)) throw new Error(report.kind)
    log.append(acceptanceRow(report.seq, report.kind))
    return log.head()
  })
}

describe('a log whose fault the person has accepted', () => {
  const faults: Readonly<Record<string, (path: string) => void>> = {
    'a row was changed': (path) =>
      tamper(path, "UPDATE rows SET text = replace(text, 'event', 'other') WHERE seq = 4"),
    'rows were removed': (path) => tamper(path, 'DELETE FROM rows WHERE seq IN (4, 5)'),
    'the first rows were removed': (path) => tamper(path, 'DELETE FROM rows WHERE seq < 4'),
    'the end was cut': (path) => tamper(path, 'DELETE FROM rows WHERE seq > 6'),
    'all rows were lost': (path) => tamper(path, 'DELETE FROM rows'),
    'the key was lost': (path) => rewrite(path, forged)
  }

  it.each(Object.keys(faults))('is whole again from there where %s, and says so', async (name) => {
    const closed = await closedLog()
    faults[name]?.(closed.path)
    const before = await closed.verify(closed.head)
    expect(before).not.toMatchObject({ kind: 'ok' })
    const head = await accepted(closed, closed.head)
    const acceptance = { seq: head.seq, at: head.at, from: 'seq' in before ? before.seq : 0 }
    const whole = { kind: 'ok', anchoredTo: head.seq, accepted: acceptance }
    expect(await closed.verify(head)).toMatchObject({ ...whole, soundTo: head.seq })
    const [last] = (await closed.add(3)).slice(-1)
    expect(await closed.verify(head)).toMatchObject({ ...whole, soundTo: head.seq + 3 })
    expect(await closed.verify(last ?? EMPTY)).toMatchObject({ kind: 'ok', anchoredTo: head.seq + 3 })
  })

  it('still shows what is changed after it, and what is changed before the fault', async () => {
    const closed = await closedLog()
    tamper(closed.path, 'DELETE FROM rows WHERE seq = 5')
    const head = await accepted(closed, closed.head)
    await closed.add(3)
    const change = (seq: number) =>
      tamper(closed.path, "UPDATE rows SET text = text || ' ' WHERE seq = ?", seq)
    change(head.seq + 2)
    expect(await closed.verify(head)).toMatchObject({
      kind: 'changed',
      seq: head.seq + 2,
      accepted: { from: 5 }
    })
    change(2)
    expect(await closed.verify(head)).toMatchObject({ kind: 'changed', seq: 2, accepted: { from: 5 } })
  })

  it('takes a second fault for one, until it is accepted, too', async () => {
    const closed = await closedLog()
    tamper(closed.path, 'DELETE FROM rows WHERE seq = 5')
    const first = await accepted(closed, closed.head)
    await closed.add(5)
    tamper(closed.path, 'DELETE FROM rows WHERE seq = ?', first.seq + 2)
    expect(await closed.verify(first)).toMatchObject({ kind: 'removed', seq: first.seq + 2 })
    const second = await accepted(closed, first)
    expect(await closed.verify(second)).toMatchObject({
      kind: 'ok',
      accepted: { seq: second.seq, from: first.seq + 2 }
    })
  })

  it('is measured by an anchor from before all the same: the rows that it knows are gone', async () => {
    const closed = await closedLog()
    tamper(closed.path, 'DELETE FROM rows WHERE seq > 6')
    const head = await accepted(closed, closed.head)
    expect(await closed.verify(closed.head)).toMatchObject({
      kind: 'cut',
      to: 10,
      accepted: { seq: head.seq }
    })
    await closed.add(10)
    expect(await closed.verify(closed.head)).toMatchObject({ kind: 'rewritten', seq: 10, anchoredTo: null })
  })

  it('can not be made by a program without the key', async () => {
    const closed = await closedLog()
    const newest = await accepted(closed, null).catch(() => closed.head)
    expect(newest).toBe(closed.head)
    tamper(closed.path, 'DELETE FROM rows WHERE seq = 5')
    await accepted(closed, closed.head)
    const row = storedRows(closed.path).at(-1)
    tamper(closed.path, replaceRow, row?.seq ?? 0, row?.text ?? '', hashed(row?.text ?? '', forged))
    expect(await closed.verify(null)).toMatchObject({ kind: 'removed', seq: 5 })
    expect(await closed.verify(null)).not.toHaveProperty('accepted')
  })

  it('has no acceptance where its rows can not be read', () => {
    const broken = (): never => {
      throw new Error('broken')
    }
    const report = verifyChain({ rows: () => [], acceptances: broken, fits: () => true }, null)
    expect(report).toEqual({ kind: 'not-anchored', why: 'no-anchor', soundTo: 0, anchoredTo: null })
  })

  it('goes on after its oldest rows were removed by age', async () => {
    const closed = await closedLog({ rows: 40, keepRows: 50 })
    tamper(closed.path, 'DELETE FROM rows WHERE seq = 5')
    const head = await accepted(closed, closed.head)
    const some = (await closed.add(5)).at(-1) ?? EMPTY
    expect(await closed.verify(head)).toMatchObject({ kind: 'ok', accepted: { from: 5 } })
    expect(await closed.verify(some)).toMatchObject({ kind: 'ok' })
    const last = (await closed.add(100)).at(-1) ?? EMPTY
    const report = await closed.verify(last)
    expect(report).toMatchObject({ kind: 'ok', anchoredTo: last.seq })
    expect(report).not.toHaveProperty('accepted')
  })
})
