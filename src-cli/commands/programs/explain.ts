import type { AuditRowView } from '#shared/broker/audit.ts'
import { reasonText } from '#shared/broker/reason-text.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { auditLines, numberFrom } from './audit-rows.ts'

export type ExplainCommandPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
}

type Explained = { readonly row: AuditRowView; readonly outcome: AuditRowView | null }

/** Says of one use what was asked, how it ended and why; without a number, of the newest refusal. */
export const explainCommand: Command<ExplainCommandPorts> = {
  run: async (args, { openVault, write }) => {
    const [number] = args.positionals
    const wanted = number === undefined ? null : numberFrom(number)
    const vault = await openVault()
    try {
      const seq = wanted ?? (await newestRefusal(vault))
      const found = seq === null ? null : ((await vault.ask('explainAudit', seq)) as Explained | null)
      if (args.has('json')) write(args.json(found))
      else if (found !== null) write(`${explained(found).join('\n')}\n`)
      else write(wanted === null ? 'Nothing was refused yet.\n' : 'There is no such row.\n')
      return found === null ? exitCodes.warnings : exitCodes.ok
    } finally {
      vault.close()
    }
  }
}

/** The number of the newest refusal. Null: nothing was refused. */
async function newestRefusal(vault: VaultConnection): Promise<number | null> {
  const wish = { limit: 1, credential: null, client: null, kind: 'refused' }
  const [row] = (await vault.ask('listAudit', wish)) as readonly AuditRowView[]
  return row?.seq ?? null
}

function explained({ row, outcome }: Explained): string[] {
  const { code } = outcome ?? row
  const { pid, program, uid } = row.peer
  const isOpen = row.kind === 'intent' && outcome === null
  return [
    ...auditLines(outcome === null ? [row] : [row, outcome]),
    ...(isOpen ? ['Still running, or Latchkey quit before it ended.'] : []),
    ...(!isOpen && code !== null ? [`Because ${reasonText(code)}.`] : []),
    ...(row.reason === null ? [] : [`The program’s reason: “${row.reason}”`]),
    ...(pid === null
      ? []
      : [`The system said: user ${uid}, process ${pid}${program === null ? '' : `, ${program}`}.`])
  ]
}
