import type { HandOutRequest, RelayAnswer } from '#shared/broker/use.ts'
import { shortHost } from '#shared/short-host.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { permitted } from '../../client/permitted.ts'
import { heldRelay } from '../../client/held-relay.ts'
import { openRelayServer } from '../../../src-socket/relay-server.ts'
import { currentRun } from '../../client/run-secret.ts'
import { whereabouts } from '../../client/whereabouts.ts'
import { type Arguments, type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

export type RelayCommandPorts = Pick<Terminal, 'write' | 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Opens a base URL for other programs and keeps it open until it is interrupted. */
export const relayCommand: Command<RelayCommandPorts> = {
  run: async (args, ports) => {
    const relay = await openRelay(wishOf(args, args.positionals[0] ?? ''), args, ports)
    const { url, host, variables, ended, close } = relay
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close)
    if (args.has('json')) ports.write(args.json({ kind: 'opened', url, host, variables }, 0))
    else ports.write(`${url}\n`)
    ports.writeError(`latchkey: open until you press Ctrl-C; requests go to https://${shortHost(host)}\n`)
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
    waits: !args.has('no-prompt'),
    ...currentRun(),
    ...whereabouts()
  }
}

export type OpenRelay = {
  /** The base URL for a program. */
  readonly url: string
  /** `host:port` behind it. */
  readonly host: string
  /** Environment variables that lead the programs of this service to the relay. */
  readonly variables: readonly { readonly name: string; readonly value: string }[]
  /** Resolves when the relay is closed, by whichever side. */
  readonly ended: Promise<void>
  readonly close: () => void
}

type Opened = Extract<RelayAnswer, { kind: 'opened' }>

/**
 * Opens a relay: the vault allows its requests, this process listens and stays at its address while one vault
 * hands the home to another. Rejects as `permitted`.
 */
export async function openRelay(
  wish: HandOutRequest,
  args: Arguments,
  { openVault, writeError }: Omit<RelayCommandPorts, 'write'>
): Promise<OpenRelay> {
  const vault = await openVault()
  const mayAsk = !args.has('no-prompt')
  const answer = await permitted(
    vault,
    { request: 'relay', args: [wish], mayAsk, repeat: 'nothing-sent' },
    writeError
  ).catch((error: unknown) => {
    vault.destroy()
    throw error
  })
  const { host, addresses, dummies } = answer.value as Opened
  const held = heldRelay(vault, answer, openVault)
  const server = await openRelayServer(held.send)
  const { url } = server
  const close = (): void => {
    server.close()
    held.close()
  }
  const variables = [...addresses.map(({ name, path }) => ({ name, value: `${url}${path}` })), ...dummies]
  return {
    url,
    host,
    variables,
    ended: held.ended.finally(close),
    close
  }
}
