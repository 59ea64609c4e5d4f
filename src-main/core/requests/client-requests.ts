import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { clientRequests } from '#shared/client-change.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import type { CredentialFeed } from '../list/credential-feed.ts'
import { knownRef, listed } from './known-credential.ts'
import type { CredentialRepository } from '../ports.ts'
import { registeredRedirect } from '../provider.ts'
import { mayRegister } from '../sign-in/sign-in-plan.ts'
import {
  type ClientChangePorts,
  changeClient,
  needsSecret,
  noClient,
  requireGrant
} from '../sign-in/client-change.ts'

export type ClientHandlers = Pick<VaultRequestHandlers, keyof typeof clientRequests>

export type ClientRequestPorts = Omit<ClientChangePorts, 'providers'> & {
  /** The provider rows. */
  readonly directory: ClientChangePorts['providers']
} & {
  readonly repository: CredentialRepository
  readonly feed: CredentialFeed
  /** The provider rows in the form for the gallery. */
  readonly choices: readonly ProviderChoice[]
  readonly writeClipboard: (text: string) => Promise<void>
}

/** The requests about the client of a kept sign-in. They throw as `changeClient`. */
export function clientHandlers(ports: ClientRequestPorts): ClientHandlers {
  const { choices, directory: providers, feed, repository, tokens, writeClipboard } = ports
  const grantOf = async (id: string) => requireGrant(await tokens.current(knownRef(repository, id)))
  return {
    getClient: async (id) => {
      const { client, provider } = await grantOf(id)
      const choice = choices.find((each) => each.id === provider.id && each.kind === 'oauth')
      return {
        service: provider.id,
        name: provider.name,
        issuer: provider.endpoints.issuer,
        clientId: client.id,
        hasSecret: client.secret !== null,
        needsSecret: needsSecret(provider, providers),
        redirectUri: registeredRedirect(provider),
        mayRegister: mayRegister({ provider }),
        steps: [...(choice?.registration?.steps ?? [])],
        hasHelp: choice?.hasHelp ?? false
      }
    },
    changeClient: async (change) => {
      const ref = knownRef(repository, change.credential)
      await changeClient(ref, change, { ...ports, providers })
      return listed(feed, ref)
    },
    copyClientRedirect: async (id) => {
      const provider = repository.find(knownRef(repository, id))?.provider ?? null
      if (provider === null) throw noClient()
      await writeClipboard(registeredRedirect(provider))
      return null
    }
  }
}
