import { readFileSync } from 'node:fs'
import type { AuditReportView, AuditRowView } from '#shared/broker/audit.ts'
import { verdictText } from '#shared/broker/verdict-text.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { auditLines, numberFrom } from './audit-rows.ts'

export type AuditCommandPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
}

type Wish = {
  readonly vault: VaultConnection
  readonly write: Terminal['write']
  /** Null: the answer is for people. */
  readonly json: Arguments['json'] | null
}

/** Shows what programs did with credentials, and checks that no row was changed. */
export const auditCommand: Command<AuditCommandPorts> = {
  run: async (args, { openVault, write }) => {
    const limit = numberFrom(args.value('limit') ?? '50')
    const anchor = anchorOf(args)
    const vault = await openVault()
    try {
      const wish = { vault, write, json: jsonOf(args) }
      const [what] = args.positionals
      if (what === 'accept') return await accept(wish)
      return what === 'verify' ? await verify(wish, anchor) : await list(wish, limit)
    } finally {
      vault.close()
    }
  }
}

const jsonOf = (args: Arguments): Wish['json'] => (args.has('json') ? args.json : null)

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

async function list({ vault, write, json }: Wish, limit: number): Promise<number> {
  const wish = { limit: Math.min(limit, 1000), credential: null, client: null, kind: null }
  const rows = (await vault.ask('listAudit', wish)) as readonly AuditRowView[]
  if (json !== null) write(json(rows))
  else write(rows.length === 0 ? 'Nothing is written down yet.\n' : `${auditLines(rows).join('\n')}\n`)
  return exitCodes.ok
}

async function verify({ vault, write, json }: Wish, anchor: string | null): Promise<number> {
  const report = (await vault.ask('verifyAudit', anchor)) as AuditReportView
  show(report, { write, json })
  if (report.kind === 'ok') return exitCodes.ok
  return report.kind === 'not-anchored' ? exitCodes.warnings : exitCodes.failures
}

/** Says what is wrong with the log, and accepts that. */
async function accept({ vault, write, json }: Wish): Promise<number> {
  const before = (await vault.ask('verifyAudit', null).catch(() => null)) as AuditReportView | null
  const after = (await vault.ask('acceptAudit')) as AuditReportView
  if (before !== null && json === null)
    write(`${verdictText(before)}\nThat is accepted, and the log says so.\n`)
  show(after, { write, json })
  return exitCodes.ok
}

function show(report: AuditReportView, { write, json }: Omit<Wish, 'vault'>): void {
  if (json !== null) write(json(report))
  else write(`${verdictText(report)}\n${report.head}\n`)
}
