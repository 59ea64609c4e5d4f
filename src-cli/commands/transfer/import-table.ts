import type { ImportPreview, ImportReport, ImportRow } from '#shared/transfer.ts'

export type Rows = Extract<ImportPreview, { kind: 'rows' }>

const signs = { imported: '✓', unchanged: '=', failed: '✗' } as const
const words = {
  new: 'new',
  same: 'stored already',
  replaces: 'another value is stored',
  refused: 'can’t be imported'
} as const
const done = { imported: 'imported', unchanged: 'stored already', failed: 'failed' } as const

/** The rows as aligned lines for people, with a line feed at the end. Report null: nothing was imported. */
export function importLines(preview: Rows, report: ImportReport | null, replace: boolean): string {
  const { rows, skipped } = preview
  const width = Math.max(0, ...rows.map((row) => titleOf(row).length))
  const lines = [
    ...rows.flatMap((row) => linesOf(row, width, report, replace)),
    ...skipped.map((sentence) => `- ${sentence}`),
    '',
    sumOf(preview, report)
  ]
  return `${lines.join('\n')}\n`
}

function linesOf(row: ImportRow, width: number, report: ImportReport | null, replace: boolean): string[] {
  const outcome = report?.rows.find(({ index }) => index === row.index) ?? null
  const sign = outcome === null ? ' ' : signs[outcome.result]
  const state = outcome === null ? words[row.state] : done[outcome.result]
  const hint = row.state === 'replaces' && !replace ? 'Use --replace to store this one instead.' : null
  const note = outcome?.note ?? row.note ?? hint
  const first = `${sign} ${titleOf(row).padEnd(width)}  ${row.masked.padEnd(12)}  ${state}`
  const below = [note, ...placesOf(row)].filter((text) => text !== null)
  return [first, ...below.map((text) => `${' '.repeat(width + 4)}${text}`)]
}

/** Lines about the places that the secret goes to, and about those that it goes to only on request. */
function placesOf({ issuer, hosts = [], moreHosts = [] }: ImportRow): string[] {
  return [
    ...(issuer === undefined ? [] : [`Signs in at ${issuer}`]),
    ...(hosts.length === 0 ? [] : [`May be sent to ${hosts.join(', ')}`]),
    ...moreHosts.map((host) => `Not to ${host}, which only the file names: --allow-host ${host}`)
  ]
}

function titleOf({ name, account }: ImportRow): string {
  return `${name} · ${account}`
}

function sumOf({ rows, skipped }: Rows, report: ImportReport | null): string {
  const found = `${rows.length} found, ${skipped.length} skipped`
  if (report === null) return `${found}. Nothing was changed.`
  const plaintext = {
    removed:
      ' The secrets were removed from the file; a disk may keep the old blocks, so replace secrets that others could have read.',
    kept: ' The file was kept and still holds the secrets in plain text.',
    none: ''
  }[report.plaintext]
  return `${found}, ${report.imported} imported.${plaintext}`
}
