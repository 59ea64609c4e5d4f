import type { HandOutRequest, RelayAnswer } from '#shared/broker/use.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { permitted } from '../../client/permitted.ts'
import { type Arguments, type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

export type RelayCommandPorts = Pick<Terminal, 'write' | 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Opens a base URL for other programs and keeps it open until it is interrupted. */
export const relayCommand: Command<RelayCommandPorts> = {
  run: async (args, ports) => {
    const relay = await openRelay(wishOf(args, args.positionals[0] ?? ''), args, ports)
    if (relay === null) return exitCodes.denied
    const { answer, ended, close } = relay
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close)
    if (args.has('json')) ports.write(`${JSON.stringify(answer)}\n`)
    else ports.write(`${answer.url}\n`)
    ports.writeError(`latchkey: open until you press Ctrl-C; requests go to https://${answer.host}\n`)
    // The vault may end it, too: it was revoked, locked, or open for too long.
    await ended
    close()
    return exitCodes.ok
  }
}

/** What is wanted of the vault, by the options that `relay` and `run` share. */
export function wishOf(args: Arguments, service: string): HandOutRequest {
  return {
    service,
    account: args.value('account'),
    host: args.value('host'),
    scope: args.value('scope'),
    reason: args.value('reason'),
    waits: !args.has('no-prompt')
  }
}

export type OpenRelay = {
  readonly answer: Extract<RelayAnswer, { kind: 'opened' }>
  /** Resolves when the relay is closed, by whichever side. */
  readonly ended: Promise<void>
  readonly close: () => void
}

/** Opens a relay over a connection of its own. Null: it was not allowed, and the person was told so. */
export async function openRelay(
  wish: HandOutRequest,
  args: Arguments,
  { openVault, writeError }: Omit<RelayCommandPorts, 'write'>
): Promise<OpenRelay | null> {
  const vault = await openVault()
  const mayAsk = !args.has('no-prompt')
  const answer = await permitted(vault, { request: 'relay', args: [wish], mayAsk }, writeError).catch(
    (error: unknown) => {
      vault.destroy()
      throw error
    }
  )
  if (answer === null) {
    vault.close()
    return null
  }
  return {
    answer: answer.value as OpenRelay['answer'],
    ended: readToEnd(answer.body),
    close: () => vault.destroy()
  }
}

async function readToEnd(body: AsyncIterable<Uint8Array> | null): Promise<void> {
  try {
    for await (const _ of body ?? []);
  } catch {
    // The vault has ended, or this program closes the relay.
  }
}
