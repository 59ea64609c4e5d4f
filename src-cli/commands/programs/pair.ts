import type { ClientView } from '#shared/broker/clients.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { pairProgram } from '../../client/pair-program.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { tableLines } from '../../terminal/table.ts'

export type PairCommandPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Gives a program a name and a secret of its own, lists the programs, and ends their access. */
export const pairCommand: Command<PairCommandPorts> = {
  run: async (args, { openVault, write }) => {
    const [name] = args.positionals
    const file = args.value('key-file')
    if (args.has('list') ? name !== undefined : name === undefined) {
      throw new UsageError('Give the NAME of a program, or --list.')
    }
    if (name !== undefined && !args.has('remove') && file === null) {
      throw new UsageError('--key-file FILE is missing: the program’s secret is written there.')
    }
    const vault = await openVault()
    try {
      if (args.has('list')) return await list(vault, args, write)
      if (args.has('remove')) {
        await vault.ask('removeClient', name)
        write(`${name} no longer has access.\n`)
        return exitCodes.ok
      }
      await pairProgram(vault, name ?? '', file ?? '')
      write(`${name} is paired. Its key is in the file; give the program its path in LATCHKEY_CLIENT_KEY.\n`)
      return exitCodes.ok
    } finally {
      vault.close()
    }
  }
}

async function list(vault: VaultConnection, args: Arguments, write: (text: string) => void): Promise<number> {
  const clients = (await vault.ask('listClients')) as readonly ClientView[]
  if (args.has('json')) write(args.json(clients))
  else if (clients.length === 0) write('No program is paired.\n')
  else write(`${tableLines(clients.map(cellsOf)).join('\n')}\n`)
  return exitCodes.ok
}

const cellsOf = ({ name, pairedAt, lastSeenAt }: ClientView): readonly string[] => [
  name,
  `paired ${pairedAt.slice(0, 10)}`,
  lastSeenAt === null ? 'not seen yet' : `last seen ${lastSeenAt.slice(0, 16).replace('T', ' ')} UTC`
]
