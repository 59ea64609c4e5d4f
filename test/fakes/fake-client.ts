import type { CredentialSummary } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { ClientHandlers } from '../../src-main/core/requests/client-requests.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'

export type FakeClientPorts = {
  /** Throws UNKNOWN_SERVICE. */
  readonly find: (id: string) => CredentialSummary
  readonly upsert: (credentials: readonly CredentialSummary[]) => void
  readonly providers: readonly ProviderChoice[]
}

/** Clients in memory, with the refusals of the real ones. Of a secret they keep only whether there is one. */
export function fakeClient({ find, upsert, providers }: FakeClientPorts): ClientHandlers {
  const withoutSecret = new Set<string>()
  function signIn(id: string) {
    const credential = find(id)
    const { clientId, issuer } = credential
    if (clientId === null || issuer === null) throw new VaultError('INVALID_REQUEST')
    return { credential, clientId, issuer }
  }
  return {
    getClient: async (id) => {
      const { credential, clientId, issuer } = signIn(id)
      const { service, name } = credential
      const row = providers.find((each) => each.id === service && each.kind === 'oauth')
      return {
        service,
        name,
        issuer,
        clientId,
        hasSecret: !withoutSecret.has(id),
        needsSecret: row?.needsClientSecret ?? false,
        redirectUri: row?.registration?.redirectUri ?? 'http://127.0.0.1/callback',
        mayRegister: credential.resource !== undefined,
        steps: [...(row?.registration?.steps ?? [])],
        hasHelp: row?.hasHelp ?? false
      }
    },
    changeClient: async ({ credential: id, clientId, secret }) => {
      const { credential } = signIn(id)
      if (secret.kind === 'set') withoutSecret.delete(id)
      if (secret.kind === 'remove') withoutSecret.add(id)
      const changed: CredentialSummary = { ...credential, clientId, status: { kind: 'valid' } }
      upsert([changed])
      return changed
    },
    copyClientRedirect: async (id) => {
      signIn(id)
      return null
    }
  }
}
