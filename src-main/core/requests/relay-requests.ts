import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { RelayState, RelayView, relayRequests } from '#shared/broker/relays.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { CredentialRepository } from '../ports.ts'
import { WINDOW } from '../use/client.ts'
import type { UsePorts } from '../use/use-ports.ts'
import type { WindowRelay, WindowRelays } from '../use/window-relays.ts'
import { knownRef } from './known-credential.ts'
import type { SecretOutlet } from './secret-requests.ts'

export type RelayRequestPorts = {
  readonly relays: {
    readonly open: Pick<WindowRelays, 'open' | 'close' | 'find' | 'list'>
    readonly rulesFor: UsePorts['rulesFor']
  }
  readonly repository: Pick<CredentialRepository, 'find'>
  readonly outlet: Pick<SecretOutlet, 'copy'>
}

type RelayHandlers = Pick<VaultRequestHandlers, keyof typeof relayRequests>

/** The requests about the relays that the person opens in the window. */
export function relayHandlers({ relays, repository, outlet }: RelayRequestPorts): RelayHandlers {
  const entryOf = (ref: CredentialRef): CatalogEntry => {
    const entry = repository.find(ref)
    if (entry === null) throw new VaultError('UNKNOWN_SERVICE')
    return entry
  }
  async function stateOf(ref: CredentialRef): Promise<RelayState> {
    const rules = await relays.rulesFor(entryOf(ref), WINDOW)
    const relay = relays.open.find(ref)
    return { hosts: rules === null ? null : [...rules.hosts], open: relay === null ? null : relayView(relay) }
  }
  return {
    listRelays: async () =>
      relays.open.list().map((relay) => ({ credential: relay.credential, ...relayView(relay) })),
    getRelay: async (id) => await stateOf(knownRef(repository, id)),
    openRelay: async (id, host) => {
      const ref = knownRef(repository, id)
      await relays.open.open(ref, host)
      return await stateOf(ref)
    },
    closeRelay: async (id) => {
      await relays.open.close(knownRef(repository, id))
      return null
    },
    copyRelay: async (id, what) => {
      const relay = relays.open.find(knownRef(repository, id))
      if (relay === null) {
        throw new VaultError('INVALID_REQUEST', { message: 'This address is closed. Open it again.' })
      }
      const { url, variables } = relay.address
      const lines = variables.map(({ name, value }) => `${name}=${value}\n`)
      await outlet.copy(what === 'address' ? url : lines.join(''))
      return null
    }
  }
}

function relayView({ address, host, openedAt, until }: WindowRelay): RelayView {
  return {
    masked: address.url.replace(/[^/]*$/, '••••••••'),
    host,
    variables: address.variables.map(({ name }) => name),
    openedAt: openedAt.toISOString(),
    until: until.toISOString()
  }
}
