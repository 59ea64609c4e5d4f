import type { AuditReportView } from './audit.ts'

/** What the check of the log found, in a sentence or two; the line of the newest row is shown after it. */
export function verdictText(report: AuditReportView): string {
  const { accepted } = report
  if (accepted === null) return faultText(report)
  const { seq, at, from } = accepted
  return `${faultText(report)} On ${at.slice(0, 16).replace('T', ' at ')} UTC the person accepted by row ${seq} what was lost or changed from row ${from} on; nothing vouches for the rows between.`
}

function faultText({ kind, seq, to, why, soundTo, anchoredTo }: AuditReportView): string {
  switch (kind) {
    case 'ok':
      return `All rows fit, and those up to ${anchoredTo} are as they were at the anchor.`
    case 'not-anchored':
      if (why === 'older') {
        return `All rows up to ${soundTo} fit the key and each other. The anchor is older than the oldest row that is kept, so it vouches for none of them. Keep the next line as a newer anchor.`
      }
      return `All rows up to ${soundTo} fit the key and each other. Only an anchor can show whether rows are missing at the end, or were all rewritten by a program that has the key. Keep the next line as an anchor.`
    case 'changed':
      return `Row ${seq} is not the one that was written. The rows before it fit.`
    case 'removed':
      return `The rows from ${seq} to ${to} were removed.`
    case 'cut':
      return `The rows from ${seq} to ${to} are missing at the end: they were removed, or an older copy was put back.`
    case 'rewritten':
      return `The rows were rewritten: row ${seq} is another one than the anchor’s, or is of another key.`
    case 'unreadable':
      return `Row ${seq} can’t be read.`
  }
}
