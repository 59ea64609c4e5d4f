import { describe, expect, it } from 'vitest'
import type { ImportRow } from '#shared/transfer.ts'
import {
  actionText,
  allState,
  canChoose,
  firstChoice,
  leavesOut,
  outcomeOf,
  outcomeText,
  replacedCount,
  type RowsPreview,
  sumText,
  toImportRequest,
  withAllToggled,
  withToggled
} from './import-model.ts'

const row = (index: number, state: ImportRow['state'], note: string | null = null): ImportRow => ({
  index,
  service: 'openai',
  account: `account-${index}`,
  name: 'OpenAI',
  kind: 'api-key',
  masked: 'sk••••••••aa',
  state,
  note
})
const mixed = [row(0, 'new'), row(1, 'same'), row(2, 'replaces'), row(3, 'refused'), row(4, 'new')]
const [fresh, same, replacing, refused] = mixed as [ImportRow, ImportRow, ImportRow, ImportRow, ImportRow]
const preview = (rows: ImportRow[], removable = true): RowsPreview => ({
  kind: 'rows',
  id: 'import-1',
  format: 'env',
  path: '~/keys.env',
  rows,
  skipped: [],
  leavesSecrets: false,
  removable
})

describe('what is checked', () => {
  it('begins with the new rows and no other', () => {
    expect([...firstChoice(mixed)]).toEqual([0, 4])
  })

  it('lets a person choose new and replacing rows, and not what is here or can’t be kept', () => {
    expect(mixed.map(canChoose)).toEqual([true, false, true, false, true])
    expect([...withToggled(new Set(), replacing)]).toEqual([2])
    expect([...withToggled(new Set([0]), fresh)]).toEqual([])
    expect([...withToggled(new Set([0]), same)]).toEqual([0])
    expect([...withToggled(new Set([0]), refused)]).toEqual([0])
  })

  it('leaves the choice it was given as it was', () => {
    const before = new Set([0])
    withToggled(before, replacing)
    expect([...before]).toEqual([0])
  })

  it('selects all that can be chosen, and then none', () => {
    expect(allState(mixed, firstChoice(mixed))).toBe('some')
    const all = withAllToggled(mixed, firstChoice(mixed))
    expect([...all]).toEqual([0, 2, 4])
    expect(allState(mixed, all)).toBe('all')
    expect([...withAllToggled(mixed, all)]).toEqual([])
    expect(allState(mixed, new Set())).toBe('none')
  })

  it('is empty when no row can be chosen', () => {
    expect(allState([same, refused], new Set())).toBe('none')
    expect([...withAllToggled([same, refused], new Set())]).toEqual([])
  })
})

describe('what is asked of the vault', () => {
  it('holds the chosen rows, and replaces only when one of them does', () => {
    expect(toImportRequest(preview(mixed), new Set([4, 0]), false)).toEqual({
      id: 'import-1',
      rows: [0, 4],
      replace: false,
      removePlaintext: false
    })
    expect(toImportRequest(preview(mixed), new Set([0, 2]), false).replace).toBe(true)
    expect(replacedCount(mixed, new Set([0, 2]))).toBe(1)
  })

  it('never names a row that can not be chosen', () => {
    expect(toImportRequest(preview(mixed), new Set([0, 1, 3]), false).rows).toEqual([0])
  })

  it('removes the file only when that was asked for, is possible and leaves nothing out', () => {
    const rows = [row(0, 'new'), row(1, 'same')]
    expect(toImportRequest(preview(rows), new Set([0]), true).removePlaintext).toBe(true)
    expect(toImportRequest(preview(rows), new Set([0]), false).removePlaintext).toBe(false)
    expect(toImportRequest(preview(rows, false), new Set([0]), true).removePlaintext).toBe(false)
    expect(toImportRequest(preview(rows), new Set(), true).removePlaintext).toBe(false)
    expect(toImportRequest(preview([]), new Set(), true).removePlaintext).toBe(false)
    expect(leavesOut([row(0, 'refused')], new Set())).toBe(true)
    expect(leavesOut([row(0, 'replaces')], new Set())).toBe(true)
  })

  it('names what is here already when the file is to go, for it to be read back', () => {
    const rows = [row(0, 'new'), row(1, 'same')]
    expect(toImportRequest(preview(rows), new Set([0]), true).rows).toEqual([0, 1])
    expect(toImportRequest(preview(rows), new Set([0]), false).rows).toEqual([0])
  })
})

describe('what is said', () => {
  it('says on the button how many are stored, or that only the file goes, or nothing', () => {
    expect(actionText(preview(mixed), firstChoice(mixed), false)).toBe('Import 2')
    expect(actionText(preview([row(0, 'same')]), new Set(), true)).toBe('Remove the file')
    expect(actionText(preview([row(0, 'same')]), new Set(), false)).toBeNull()
    expect(actionText(preview(mixed), new Set(), true)).toBeNull()
  })

  it('counts the states that occur', () => {
    expect(sumText(mixed)).toBe('2 new, 1 replaces a value, 1 already here, 1 can’t be kept.')
    expect(sumText([same])).toBe('1 already here.')
    expect(sumText([])).toBe('Nothing to import.')
  })

  it('names what failed by what it was called in the preview, with its reason', () => {
    const outcome = outcomeOf(preview(mixed), {
      rows: [
        { index: 0, result: 'imported', note: null },
        { index: 2, result: 'failed', note: 'The store is full.' },
        { index: 4, result: 'failed', note: null }
      ],
      imported: 1,
      plaintext: 'kept'
    })
    expect(outcome.failed.map(({ row, note }) => [row.account, note])).toEqual([
      ['account-2', 'The store is full.'],
      ['account-4', 'Couldn’t be stored.']
    ])
    expect(outcomeText(outcome)).toBe('1 imported, 1 already here, 2 failed.')
  })

  it('counts a row that turned out to be here once', () => {
    const outcome = outcomeOf(preview([row(0, 'new'), row(1, 'same')]), {
      rows: [
        { index: 0, result: 'unchanged', note: null },
        { index: 1, result: 'unchanged', note: null }
      ],
      imported: 0,
      plaintext: 'none'
    })
    expect(outcome.unchanged).toBe(2)
    expect(outcomeText(outcome)).toBe('0 imported, 2 already here.')
  })
})
