import type { AuditRowView } from '#shared/broker/audit.ts'
import { UsageError } from '../../terminal/command.ts'

/** A row of the log as one line; every text in it was cleaned by the vault. */
export function auditLine({
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
}: AuditRowView): string {
  const credential = shown === null ? '' : `${shown.name}, ${shown.account}`
  const target = host === null ? '' : `  ${method ?? ''} ${host}${path ?? ''}`
  const end = [status, code].filter((part) => part !== null).join(' ')
  return `${String(seq).padStart(6)}  ${at.slice(0, 19).replace('T', ' ')}  ${kind.padEnd(7)}  ${clientName}  ${action}  ${credential}${target}${end === '' ? '' : `  → ${end}`}`
}

/** Throws UsageError for a text that is no whole number from 1 on. */
export function numberFrom(text: string): number {
  if (!/^[1-9]\d{0,12}$/.test(text)) throw new UsageError('NUMBER is a whole number, such as 12.')
  return Number(text)
}
