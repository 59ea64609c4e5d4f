import { readFileSync } from 'node:fs'
import type { AuditReportView, AuditRowView } from '#shared/broker/audit.ts'
import { reasonText } from '#shared/broker/reason-text.ts'
import { verdictText } from '#shared/broker/verdict-text.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'

export type AuditCommandPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Shows what programs did with credentials, explains one row, and checks that no row was changed. */
export const auditCommand: Command<AuditCommandPorts> = {
  run: async (args, { openVault, write }) => {
    const [what = 'list', number] = args.positionals
    const seq = what === 'explain' ? numberFrom(number) : null
    if (what !== 'explain' && number !== undefined) throw new UsageError(`${what} takes no NUMBER.`)
    const limit = numberFrom(args.value('limit') ?? '50')
    const anchor = anchorOf(args)
    const vault = await openVault()
    try {
      if (what === 'verify') return await verify(vault, anchor, write, args.has('json'))
      if (seq !== null) return await explain(vault, seq, write, args.has('json'))
      const rows = (await vault.ask('listAudit', {
        limit: Math.min(limit, 1000),
        credential: null,
        client: null,
        kind: null
      })) as readonly AuditRowView[]
      if (args.has('json')) write(`${JSON.stringify(rows, null, 2)}\n`)
      else write(rows.length === 0 ? 'Nothing is written down yet.\n' : `${rows.map(line).join('\n')}\n`)
      return exitCodes.ok
    } finally {
      vault.close()
    }
  }
}

function numberFrom(text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,12}$/.test(text))
    throw new UsageError('NUMBER is a whole number, such as 12.')
  return Number(text)
}

/** The line of `--anchor`, or of the file that it names. */
function anchorOf(args: Arguments): string | null {
  const given = args.value('anchor')
  if (given === null || given.startsWith('latchkey-audit ')) return given
  try {
    return readFileSync(given, 'utf8').trim()
  } catch {
    throw new UsageError('--anchor is a line that begins with “latchkey-audit”, or a file with one.')
  }
}

function line({
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

async function explain(
  vault: VaultConnection,
  seq: number,
  write: (text: string) => void,
  asJson: boolean
): Promise<number> {
  const found = (await vault.ask('explainAudit', seq)) as {
    readonly row: AuditRowView
    readonly outcome: AuditRowView | null
  } | null
  if (asJson) write(`${JSON.stringify(found, null, 2)}\n`)
  if (found === null) {
    if (!asJson) write('There is no such row.\n')
    return exitCodes.warnings
  }
  if (asJson) return exitCodes.ok
  const { row, outcome } = found
  write(`${[line(row), ...(outcome === null ? [] : [line(outcome)])].join('\n')}\n`)
  const code = (outcome ?? row).code
  const isOpen = row.kind === 'intent' && outcome === null
  if (isOpen) write('How this ended is not known: Latchkey ended, or it is still under way.\n')
  else if (code !== null) write(`Because ${reasonText(code)}.\n`)
  if (row.reason !== null) write(`The program’s reason: “${row.reason}”\n`)
  const { pid, program, uid } = row.peer
  if (pid !== null)
    write(`The system said: user ${uid}, process ${pid}${program === null ? '' : `, ${program}`}.\n`)
  return exitCodes.ok
}

async function verify(
  vault: VaultConnection,
  anchor: string | null,
  write: (text: string) => void,
  asJson: boolean
): Promise<number> {
  const report = (await vault.ask('verifyAudit', anchor)) as AuditReportView
  if (asJson) write(`${JSON.stringify(report, null, 2)}\n`)
  else write(`${verdictText(report)}\n${report.head}\n`)
  if (report.kind === 'ok') return exitCodes.ok
  return report.kind === 'not-anchored' ? exitCodes.warnings : exitCodes.failures
}
