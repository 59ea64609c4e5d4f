import { chmodSync, closeSync, openSync, writeSync } from 'node:fs'
import type { ClientView, NewClient } from '#shared/broker/clients.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'

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
      if (args.has('list')) return await list(vault, args.has('json'), write)
      if (args.has('remove')) {
        await vault.ask('removeClient', name)
        write(`${name} has no access any more.\n`)
        return exitCodes.ok
      }
      await pair(vault, name ?? '', file ?? '')
      write(`${name} is paired. Its key is in the file; give the program its path in LATCHKEY_CLIENT_KEY.\n`)
      return exitCodes.ok
    } finally {
      vault.close()
    }
  }
}

/** The file is made before the vault is asked, so that no secret is given out that can not be kept. */
async function pair(vault: VaultConnection, name: string, path: string): Promise<void> {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch {
    throw new UsageError('The key file exists already or can not be made. Choose another path.')
  }
  try {
    chmodSync(path, 0o600)
    const { id, secret } = (await vault.ask('pairClient', name)) as NewClient
    writeSync(file, `${JSON.stringify({ client: id, secret })}\n`)
  } finally {
    closeSync(file)
  }
}

async function list(vault: VaultConnection, asJson: boolean, write: (text: string) => void): Promise<number> {
  const clients = (await vault.ask('listClients')) as readonly ClientView[]
  if (asJson) write(`${JSON.stringify(clients, null, 2)}\n`)
  else if (clients.length === 0) write('No program is paired.\n')
  else
    for (const { name, pairedAt, lastSeenAt } of clients)
      write(
        `${name}  paired ${pairedAt.slice(0, 10)} · ${lastSeenAt === null ? 'not seen yet' : `last seen ${lastSeenAt.slice(0, 16).replace('T', ' ')} UTC`}\n`
      )
  return exitCodes.ok
}
