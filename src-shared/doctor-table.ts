import { type DoctorReport, type DoctorRow, doctorTitles, doctorTotals } from './doctor.ts'

const signs = { ok: '✓', warning: '!', failure: '✗', skipped: '-' } as const
const colours = { ok: 32, warning: 33, failure: 31, skipped: 90 } as const

/** The report as aligned lines for people, with a line feed at the end. */
export function doctorTable({ rows, repaired }: DoctorReport, hasColour: boolean): string {
  const width = Math.max(...rows.map(({ id }) => doctorTitles[id].length))
  const lines = [
    ...rows.flatMap((row) => linesOf(row, width, hasColour)),
    '',
    ...repaired.map((done) => `Repaired: ${done}`),
    sum(rows)
  ]
  return `${lines.join('\n')}\n`
}

function linesOf({ id, state, fact, why, remedy }: DoctorRow, width: number, hasColour: boolean): string[] {
  const sign = hasColour ? `\u001b[${colours[state]}m${signs[state]}\u001b[0m` : signs[state]
  const first = `${sign} ${doctorTitles[id].padEnd(width)}  ${fact}`
  if (state === 'ok' || state === 'skipped') return [first]
  const indent = ' '.repeat(width + 4)
  return [first, `${indent}${why}`, ...(remedy === null ? [] : [`${indent}→ ${remedy}`])]
}

function sum(rows: readonly DoctorRow[]): string {
  const { ok, warning, failure, skipped } = doctorTotals(rows)
  return `${ok} passed, ${warning} warnings, ${failure} failed, ${skipped} skipped`
}
