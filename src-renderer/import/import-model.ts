import type { ImportReport, ImportRequest, ImportRow, ImportPreview } from '#shared/transfer.ts'
import { importText } from '../text/import-text.ts'

export type RowsPreview = ImportPreview & { readonly kind: 'rows' }
export type SealedPreview = ImportPreview & { readonly kind: 'sealed' }

/** Indices of the rows that are checked. */
export type Chosen = ReadonlySet<number>

/** A host that is ticked for a row, as `hostKey` writes it. */
export type ChosenHosts = ReadonlySet<string>

export function hostKey(index: number, host: string): string {
  return `${index} ${host}`
}

export function withHostToggled(hosts: ChosenHosts, key: string): ChosenHosts {
  const next = new Set(hosts)
  if (!next.delete(key)) next.add(key)
  return next
}

/** False for a row that is stored already or can't be stored. */
export function canChoose({ state }: ImportRow): boolean {
  return state === 'new' || state === 'replaces'
}

/** Checks the new rows; a stored value is replaced only if the person checks its row. */
export function firstChoice(rows: readonly ImportRow[]): Chosen {
  return new Set(rows.filter(({ state }) => state === 'new').map(({ index }) => index))
}

export function withToggled(chosen: Chosen, row: ImportRow): Chosen {
  if (!canChoose(row)) return chosen
  const next = new Set(chosen)
  if (!next.delete(row.index)) next.add(row.index)
  return next
}

export type AllState = 'all' | 'some' | 'none'

/** The state of the rows that can be chosen; `none` if there is no such row. */
export function allState(rows: readonly ImportRow[], chosen: Chosen): AllState {
  const open = rows.filter(canChoose)
  const checked = open.filter(({ index }) => chosen.has(index)).length
  if (checked === 0) return 'none'
  return checked === open.length ? 'all' : 'some'
}

/** Chooses every row that can be chosen, or none if all of them are chosen already. */
export function withAllToggled(rows: readonly ImportRow[], chosen: Chosen): Chosen {
  if (allState(rows, chosen) === 'all') return new Set()
  return new Set(rows.filter(canChoose).map(({ index }) => index))
}

/** Returns the number of stored values that the import would replace. */
export function replacedCount(rows: readonly ImportRow[], chosen: Chosen): number {
  return rows.filter(({ state, index }) => state === 'replaces' && chosen.has(index)).length
}

/** Returns true if a row would not be stored after this import, so that the file must stay. */
export function leavesOut(rows: readonly ImportRow[], chosen: Chosen): boolean {
  return rows.some(({ state, index }) => state !== 'same' && !chosen.has(index))
}

/** "3 new, 1 replaces": only the states that occur, the ones to act on first. */
export function sumText(rows: readonly ImportRow[]): string {
  const parts = (['new', 'replaces', 'same', 'refused'] as const).flatMap((state) => {
    const n = rows.filter((row) => row.state === state).length
    return n === 0 ? [] : [importText.sum[state](n)]
  })
  return parts.length === 0 ? importText.nothingFound : `${parts.join(', ')}.`
}

/**
 * Removes the file only if that is possible, the person asked for it and every row is stored. The request
 * then also names the rows that are stored already, so that the vault reads them back.
 */
export function toImportRequest(
  preview: RowsPreview,
  chosen: Chosen,
  removeFile: boolean,
  ticked: ChosenHosts = new Set()
): ImportRequest {
  const { id, rows, removable } = preview
  const removePlaintext = removeFile && removable && rows.length > 0 && !leavesOut(rows, chosen)
  const named = rows.filter((row) =>
    row.state === 'same' ? removePlaintext : canChoose(row) && chosen.has(row.index)
  )
  const hosts = named.flatMap(({ index, moreHosts = [] }) =>
    moreHosts.filter((host) => ticked.has(hostKey(index, host))).map((host) => ({ index, host }))
  )
  return {
    id,
    rows: named.map(({ index }) => index),
    replace: replacedCount(rows, chosen) > 0,
    ...(hosts.length > 0 && { hosts }),
    removePlaintext
  }
}

/** Returns the label of the button; null if there is nothing to import. */
export function actionText(preview: RowsPreview, chosen: Chosen, removeFile: boolean): string | null {
  const stored = preview.rows.filter((row) => canChoose(row) && chosen.has(row.index)).length
  if (stored > 0) return importText.import(stored)
  return toImportRequest(preview, chosen, removeFile).removePlaintext ? importText.removeFile : null
}

export type ImportOutcome = {
  readonly imported: number
  readonly unchanged: number
  /** The failed rows as the preview named them, in the preview's order. */
  readonly failed: readonly { readonly row: ImportRow; readonly note: string }[]
  readonly plaintext: ImportReport['plaintext']
}

/** Joins the report with its rows; a row that was stored already counts as unchanged. */
export function outcomeOf({ rows }: RowsPreview, report: ImportReport): ImportOutcome {
  const results = new Map(report.rows.map((result) => [result.index, result]))
  const failed = rows.flatMap((row) => {
    const result = results.get(row.index)
    return result?.result === 'failed' ? [{ row, note: result.note ?? importText.noReason }] : []
  })
  const unchanged = rows.filter(({ index, state }) => {
    const result = results.get(index)
    return result === undefined ? state === 'same' : result.result === 'unchanged'
  }).length
  return { imported: report.imported, unchanged, failed, plaintext: report.plaintext }
}

/** "3 imported, 1 already here, 1 failed." */
export function outcomeText({ imported, unchanged, failed }: ImportOutcome): string {
  const { report } = importText
  return `${[
    report.imported(imported),
    ...(unchanged > 0 ? [report.unchanged(unchanged)] : []),
    ...(failed.length > 0 ? [report.failed(failed.length)] : [])
  ].join(', ')}.`
}
