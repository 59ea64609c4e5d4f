import type { AuditRowView } from '#shared/broker/audit.ts'
import { shortHost } from '#shared/short-host.ts'
import { UsageError } from '../../terminal/command.ts'
import { tableLines } from '../../terminal/table.ts'

/** Rows of the log as aligned lines; every text in them was cleaned by the vault. */
export const auditLines = (rows: readonly AuditRowView[]): string[] => tableLines(rows.map(cellsOf))

function cellsOf({
  seq,
  at,
  kind,
  action,
  clientName,
  shown,
  method,
  host,
  path,
  status,
  code
}: AuditRowView): readonly string[] {
  const end = [status, code].filter((part) => part !== null).join(' ')
  return [
    String(seq).padStart(6),
    at.slice(0, 19).replace('T', ' '),
    kind,
    clientName,
    action,
    shown === null ? '' : `${shown.name}, ${shown.account}`,
    host === null ? '' : `${method ?? ''} ${shortHost(host)}${path ?? ''}`.trim(),
    end === '' ? '' : `→ ${end}`
  ]
}

/** Throws UsageError for a text that is no whole number from 1 on. */
export function numberFrom(text: string): number {
  if (!/^[1-9]\d{0,12}$/.test(text)) throw new UsageError('NUMBER is a whole number, such as 12.')
  return Number(text)
}
