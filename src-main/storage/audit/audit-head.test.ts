import { readFile, writeFile } from 'node:fs/promises'
import { assert, date, integer, property, record, string, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditText, checkpoint } from '../../core/use/audit-row.ts'
import { type AuditHead, headFrom, headText, NO_HASH } from './audit-head.ts'
import {
  closedLog,
  EMPTY,
  hashed,
  key,
  replaceRow,
  rewrite,
  storedRows,
  tamper
} from './audit-log.testkit.ts'

const hash = 'ab'.repeat(32)
const head: AuditHead = { seq: 12, hash, count: 10, at: new Date('2026-11-30T12:00:00.000Z') }
const line = `latchkey-audit 1 12 10 2026-11-30T12:00:00.000Z ${hash}`
const every = { limit: 100, credential: null, client: null, action: null, kind: null, since: null }

describe('the text of a head', () => {
  it('is one line with version, number, count, time and hash', () => {
    expect(headText(head)).toBe(line)
    expect(headFrom(line)).toEqual(head)
  })

  it('of an empty log has no time', () => {
    expect(headText(EMPTY)).toBe(`latchkey-audit 1 0 0 - ${NO_HASH}`)
    expect(headFrom(headText(EMPTY))).toEqual(EMPTY)
  })

  it.each([
    ['', 'nothing'],
    [`${line}\n`, 'a line end'],
    [` ${line}`, 'a space before it'],
    [line.replace(' 12 ', '  12 '), 'two spaces'],
    [line.replace(' 1 ', ' 2 '), 'another version'],
    [line.replace(' 12 ', ' 012 '), 'a zero before the number'],
    [line.replace(' 12 ', ' -12 '), 'a number below zero'],
    [line.replace(' 12 ', ' 9007199254740993 '), 'a number that is not exact'],
    [line.replace(' 10 ', ' 13 '), 'more rows than numbers'],
    [line.replace('11-30', '13-30'), 'a month that does not exist'],
    [line.replace('11-30', '02-30'), 'a day that does not exist'],
    [line.replace('.000Z', '+00:00'), 'another form of time'],
    [line.replace(/2026\S+/, '-'), 'rows without a time'],
    [line.replace('12 10', '0 0'), 'a hash without rows'],
    [line.replace(hash, NO_HASH), 'rows without a hash'],
    [line.toUpperCase(), 'upper case'],
    [line.slice(0, -1), 'a shorter hash'],
    [`${line}0`, 'a longer hash']
  ])('is refused: %j, for it has %s', (text) => {
    expect(headFrom(text)).toBeNull()
  })

  it('is read back as the same head, whatever it is, and no other text is a head', () => {
    const seq = integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
    const at = date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
    const bytes = uint8Array({ minLength: 32, maxLength: 32 })
    assert(
      property(record({ seq, at, bytes, noise: string() }), ({ seq, at, bytes, noise }) => {
        const any = {
          seq,
          at,
          count: Math.ceil(seq / 2),
          hash: `1${Buffer.from(bytes).toString('hex').slice(1)}`
        }
        expect(headFrom(headText(any))).toEqual(any)
        expect(headFrom(noise)).toBeNull()
      })
    )
  })
})

describe('the verification of an audit log', () => {
  it('is ok up to the anchor, also if rows came after it', async () => {
    const { heads, head, verify } = await closedLog()
    expect(await verify(head)).toEqual({ kind: 'ok', soundTo: 10, anchoredTo: 10 })
    expect(await verify(heads[3] ?? EMPTY)).toEqual({ kind: 'ok', soundTo: 10, anchoredTo: 4 })
    expect(await verify(EMPTY)).toEqual({ kind: 'ok', soundTo: 10, anchoredTo: 0 })
  })

  it('says without an anchor that nothing vouches for the end', async () => {
    const { path, verify } = await closedLog()
    const report = { kind: 'not-anchored', why: 'no-anchor', anchoredTo: null }
    expect(await verify(null)).toEqual({ ...report, soundTo: 10 })
    tamper(path, 'DELETE FROM rows WHERE seq > 7')
    expect(await verify(null)).toEqual({ ...report, soundTo: 7 })
  })

  it('of an empty log knows whether it was empty at the anchor', async () => {
    const { verify } = await closedLog({ rows: 0 })
    expect(await verify(EMPTY)).toEqual({ kind: 'ok', soundTo: 0, anchoredTo: 0 })
    expect(await verify(head)).toEqual({ kind: 'cut', seq: 1, to: 12, soundTo: 0, anchoredTo: null })
  })

  it.each([
    [1, "text = replace(text, 'latchkey', 'somebody')"],
    [4, 'hash = upper(hash)'],
    [4, "text = replace(text, ':', ': ')"],
    [10, "text = replace(text, '2026', '2025')"],
    [10, "hash = ''"]
  ])('names row %i when its %s', async (seq, change) => {
    const { path, heads, head, verify, withLog } = await closedLog()
    tamper(path, `UPDATE rows SET ${change} WHERE seq = ?`, seq)
    const report = { kind: 'changed', seq, soundTo: seq - 1 }
    expect(await verify(head)).toEqual({ ...report, anchoredTo: null })
    expect(await verify(null)).toEqual({ ...report, anchoredTo: null })
    const listed = await withLog((log) => log.list(every))
    expect(listed.map((row) => row.seq).toSorted((a, b) => a - b)).toEqual(
      heads.map((each) => each.seq).filter((each) => each !== seq)
    )
  })

  it('says that the rows up to the anchor are as they were when a later row was changed', async () => {
    const { path, heads, verify } = await closedLog()
    tamper(path, "UPDATE rows SET text = replace(text, '2026', '2025') WHERE seq = 8")
    const report = { kind: 'changed', seq: 8, soundTo: 7, anchoredTo: 5 }
    expect(await verify(heads[4] ?? EMPTY)).toEqual(report)
  })

  it('names rows that were removed in the middle, at the beginning, and hidden by other numbers', async () => {
    const [middle, beginning, hidden] = [await closedLog(), await closedLog(), await closedLog()]
    tamper(middle.path, 'DELETE FROM rows WHERE seq BETWEEN 4 AND 6')
    const missing = { kind: 'removed', seq: 4, to: 6, soundTo: 3, anchoredTo: null }
    expect(await middle.verify(middle.head)).toEqual(missing)
    tamper(beginning.path, 'DELETE FROM rows WHERE seq < 4')
    const first = { kind: 'removed', seq: 1, to: 3, soundTo: 10, anchoredTo: 10 }
    expect(await beginning.verify(beginning.head)).toEqual(first)
    tamper(hidden.path, 'DELETE FROM rows WHERE seq = 5')
    for (const seq of [6, 7, 8, 9, 10])
      tamper(hidden.path, 'UPDATE rows SET seq = seq - 1 WHERE seq = ?', seq)
    const renumbered = { kind: 'changed', seq: 5, soundTo: 4, anchoredTo: null }
    expect(await hidden.verify(hidden.head)).toEqual(renumbered)
    tamper(hidden.path, 'DELETE FROM rows WHERE seq < 4')
    for (const seq of [4, 5, 6, 7, 8, 9])
      tamper(hidden.path, 'UPDATE rows SET seq = seq - 3 WHERE seq = ?', seq)
    expect(await hidden.verify(null)).toMatchObject({ kind: 'changed', seq: 1, soundTo: 0 })
  })

  it('names the rows that are missing at the end when it was cut or an older copy was put back', async () => {
    const { path, head, add, verify } = await closedLog()
    const older = await readFile(path)
    const later = (await add(5)).at(-1) ?? EMPTY
    tamper(path, 'DELETE FROM rows WHERE seq > 12')
    expect(await verify(later)).toEqual({ kind: 'cut', seq: 13, to: 15, soundTo: 12, anchoredTo: null })
    await writeFile(path, older)
    expect(await verify(later)).toEqual({ kind: 'cut', seq: 11, to: 15, soundTo: 10, anchoredTo: null })
    await add(10)
    expect(await verify(later)).toEqual({ kind: 'rewritten', seq: 15, soundTo: 15, anchoredTo: null })
    expect(await verify(head)).toEqual({ kind: 'ok', soundTo: 20, anchoredTo: 10 })
  })

  it('names a chain that was rewritten without the key, or that has another key', async () => {
    const { path, head, verify } = await closedLog()
    const report = { kind: 'rewritten', seq: 1, soundTo: 0, anchoredTo: null }
    expect(await verify(head, Buffer.alloc(32, 8))).toEqual(report)
    rewrite(path, Buffer.alloc(32, 8))
    for (const anchor of [head, null]) expect(await verify(anchor)).toEqual(report)
  })

  it('names a chain that was rewritten with the key, which the anchor alone shows', async () => {
    const { path, heads, head, verify } = await closedLog()
    rewrite(path, key, 6)
    const unknown = { kind: 'not-anchored', why: 'no-anchor', soundTo: 10, anchoredTo: null }
    expect(await verify(null)).toEqual(unknown)
    expect(await verify(head)).toEqual({ kind: 'rewritten', seq: 10, soundTo: 10, anchoredTo: null })
    expect(await verify(heads[4] ?? EMPTY)).toEqual({ kind: 'ok', soundTo: 10, anchoredTo: 5 })
    rewrite(path, key)
    expect(await verify(null)).toEqual(unknown)
    expect(await verify(heads[4] ?? EMPTY)).toMatchObject({ kind: 'rewritten', seq: 5 })
  })

  it('names the row that does not follow on a true row of another history', async () => {
    const { path, head, add, verify } = await closedLog()
    const older = await readFile(path)
    await add(3)
    const [other] = storedRows(path).filter(({ seq }) => seq === 11)
    await writeFile(path, older)
    const end = (await add(3)).at(-1) ?? EMPTY
    tamper(path, replaceRow, 11, other?.text ?? '', other?.hash ?? '')
    expect(await verify(end)).toEqual({ kind: 'changed', seq: 12, soundTo: 11, anchoredTo: null })
    expect(await verify(head)).toMatchObject({ kind: 'changed', seq: 12, anchoredTo: 10 })
  })

  it('names a first row that follows on another log', async () => {
    const { path, verify } = await closedLog({ rows: 1 })
    const text = storedRows(path)[0]?.text.replace(NO_HASH, hash) ?? ''
    tamper(path, replaceRow, 1, text, hashed(text, key))
    expect(await verify(null)).toEqual({ kind: 'changed', seq: 1, soundTo: 1, anchoredTo: null })
  })

  it('begins at the checkpoint after the oldest rows were removed', async () => {
    const { path, heads, head, verify } = await closedLog({ rows: 60, keepRows: 50 })
    const oldest = storedRows(path)[0]?.seq ?? 0
    const place = heads.find(({ seq }) => seq === oldest) ?? EMPTY
    expect(oldest).toBeGreaterThan(10)
    expect(await verify(head)).toEqual({ kind: 'ok', soundTo: head.seq, anchoredTo: head.seq })
    expect(await verify(place)).toEqual({ kind: 'ok', soundTo: head.seq, anchoredTo: oldest })
    const before = heads.find(({ seq }) => seq === oldest - 1) ?? EMPTY
    expect(await verify(before)).toMatchObject({ kind: 'ok', anchoredTo: oldest - 1 })
    expect(await verify({ ...before, hash })).toMatchObject({ kind: 'rewritten', seq: oldest - 1 })
    expect(await verify(heads[2] ?? EMPTY)).toMatchObject({
      kind: 'not-anchored',
      why: 'older',
      anchoredTo: null
    })
  })

  it('names rows that were removed by somebody else than the keeping period', async () => {
    const { path, head, verify } = await closedLog({ rows: 60, keepRows: 50 })
    const oldest = storedRows(path)[0]?.seq ?? 0
    tamper(path, 'DELETE FROM rows WHERE seq < ?', oldest + 5)
    const removed = { kind: 'removed', seq: oldest, to: oldest + 4 }
    expect(await verify(head)).toEqual({ ...removed, soundTo: head.seq, anchoredTo: head.seq })
    const forged = auditText(
      { ...checkpoint({ seq: oldest + 4, hash }), seq: head.seq + 1, at: new Date(0) },
      head.hash
    )
    tamper(path, replaceRow, head.seq + 1, forged, hashed(forged, Buffer.alloc(32)))
    expect(await verify(head)).toMatchObject({ kind: 'changed', seq: head.seq + 1, soundTo: head.seq })
  })

  it('names a cut end as such also if the checkpoint went with it', async () => {
    const { path, head, verify } = await closedLog({ rows: 60, keepRows: 50 })
    tamper(path, 'DELETE FROM rows WHERE seq >= (SELECT max(seq) FROM rows WHERE kind = ?)', 'checkpoint')
    const last = storedRows(path).at(-1)?.seq ?? 0
    expect(await verify(head)).toMatchObject({ kind: 'cut', seq: last + 1, to: head.seq, soundTo: last })
    expect(await verify(null)).toMatchObject({ kind: 'removed', soundTo: last })
  })

  it('names the row at which the file is broken, and the row of a format that it does not know', async () => {
    const [broken, later] = [await closedLog({ rows: 100 }), await closedLog()]
    const bytes = await readFile(broken.path)
    const page = Math.floor(bytes.indexOf('"seq":50,') / 4096) * 4096
    await writeFile(broken.path, bytes.fill(0xff, page, page + 64))
    const report = await broken.verify(broken.head)
    expect(report).toMatchObject({ kind: 'unreadable', seq: report.soundTo + 1, anchoredTo: null })
    expect(report.soundTo).toBeGreaterThan(30)
    expect(report.soundTo).toBeLessThan(50)
    const text = storedRows(later.path)[6]?.text.replace('"format":1', '"format":2') ?? ''
    tamper(later.path, replaceRow, 7, text, hashed(text, key))
    expect(await later.verify(later.head)).toMatchObject({ kind: 'unreadable', seq: 7, soundTo: 6 })
  })
})

describe('a log', () => {
  it('goes on from each of its heads, also after its oldest rows were removed by age', async () => {
    const { heads, withLog } = await closedLog({ rows: 60, keepRows: 50 })
    const answers = await withLog((log) => [EMPTY, ...heads].map((each) => log.goesOnFrom(each)))
    expect(answers).toEqual(Array.from({ length: 61 }, () => true))
  })

  it('does not go on from a head that it lacks', async () => {
    const { path, heads, head, withLog } = await closedLog()
    tamper(path, 'DELETE FROM rows WHERE seq > 7')
    expect(await withLog((log) => log.goesOnFrom(head))).toBe(false)
    expect(await withLog((log) => log.goesOnFrom(heads[6] ?? EMPTY))).toBe(true)
    tamper(path, 'DELETE FROM rows')
    expect(await withLog((log) => [head, EMPTY].map((each) => log.goesOnFrom(each)))).toEqual([false, true])
  })

  it('does not go on from a head whose row is another one now', async () => {
    const { path, heads, withLog } = await closedLog()
    const at = async (index: number) => withLog((log) => log.goesOnFrom(heads[index] ?? EMPTY))
    rewrite(path, key, 6)
    expect([await at(4), await at(5), await at(9)]).toEqual([true, false, false])
    tamper(path, "UPDATE rows SET text = replace(text, '2026', '2025') WHERE seq = 3")
    expect([await at(1), await at(2), await at(3)]).toEqual([true, false, true])
  })

  it('does not go on from another place before its oldest row', async () => {
    const { path, heads, withLog } = await closedLog({ rows: 60, keepRows: 50 })
    const oldest = storedRows(path)[0]?.seq ?? 0
    const before = heads.find(({ seq }) => seq === oldest - 1) ?? EMPTY
    expect(await withLog((log) => [before, { ...before, hash }].map((each) => log.goesOnFrom(each)))).toEqual(
      [true, false]
    )
  })
})
