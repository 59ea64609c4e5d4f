import type { HandOutRequest, RelayAnswer } from '#shared/broker/use.ts'
import { type VaultConnection, VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { permitted } from '../../client/permitted.ts'
import { relayRequests } from '../../client/relay-requests.ts'
import { openRelayServer } from '../../../src-socket/relay-server.ts'
import { currentRun } from '../../client/run-secret.ts'
import { type Arguments, type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

export type RelayCommandPorts = Pick<Terminal, 'write' | 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Opens a base URL for other programs and keeps it open until it is interrupted. */
export const relayCommand: Command<RelayCommandPorts> = {
  run: async (args, ports) => {
    const relay = await openRelay(wishOf(args, args.positionals[0] ?? ''), args, ports)
    if (relay === null) return exitCodes.denied
    const { url, host, variables, ended, close } = relay
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close)
    if (args.has('json')) ports.write(`${JSON.stringify({ kind: 'opened', url, host, variables })}\n`)
    else ports.write(`${url}\n`)
    ports.writeError(`latchkey: open until you press Ctrl-C; requests go to https://${host}\n`)
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
    ...currentRun()
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
 * hands the home to another. Null: it was not allowed, and the person was told so.
 */
export async function openRelay(
  wish: HandOutRequest,
  args: Arguments,
  { openVault, writeError }: Omit<RelayCommandPorts, 'write'>
): Promise<OpenRelay | null> {
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
  if (answer === null) {
    vault.close()
    return null
  }
  const { ticket, host, addresses, dummies } = answer.value as Opened
  const requests = relayRequests(ticket, openVault)
  const server = await openRelayServer(requests.send)
  const { url } = server
  const close = (): void => {
    server.close()
    requests.close()
  }
  const keeper = new RelayKeeper(ticket, openVault)
  const variables = [...addresses.map(({ name, path }) => ({ name, value: `${url}${path}` })), ...dummies]
  return {
    url,
    host,
    variables,
    ended: keeper.keep(vault, answer.body).finally(close),
    close: () => {
      close()
      keeper.stop()
    }
  }
}

/** Keeps a relay open at the vault, also at the one that takes over. */
class RelayKeeper {
  readonly #ticket: string
  readonly #openVault: () => Promise<VaultConnection>
  #vault: VaultConnection | null = null
  #isStopped = false

  constructor(ticket: string, openVault: () => Promise<VaultConnection>) {
    this.#ticket = ticket
    this.#openVault = openVault
  }

  /** Resolves when the relay has ended, also because no vault took it over. */
  async keep(vault: VaultConnection, body: AsyncIterable<Uint8Array> | null): Promise<void> {
    this.#vault = vault
    let isOver = await readToEnd(body)
    while (!isOver && !this.#isStopped) {
      this.#vault.destroy()
      try {
        this.#vault = await this.#openVault()
        if (this.#isStopped) break
        isOver = await readToEnd((await this.#vault.stream('keepRelay', [{ ticket: this.#ticket }])).body)
      } catch {
        break // it was ended meanwhile, or there is no vault
      }
    }
    this.#vault.destroy()
  }

  stop(): void {
    this.#isStopped = true
    this.#vault?.destroy()
  }
}

/** False: the vault hands its home over. True: it has ended the relay, is gone, or this program closes the relay. */
export async function readToEnd(body: AsyncIterable<Uint8Array> | null): Promise<boolean> {
  try {
    for await (const _ of body ?? []);
    return true
  } catch (error) {
    return !(error instanceof VaultRefusal) || error.isLost
  }
}
