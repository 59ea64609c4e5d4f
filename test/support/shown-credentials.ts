import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { unpack } from '#shared/packed-list.ts'

type Listing = { readonly handlers: Pick<VaultRequestHandlers, 'listCredentials'> }

/** Every credential of a vault, as a window shows it. */
export async function shownCredentials({ handlers }: Listing): Promise<CredentialSummary[]> {
  return unpack((await handlers.listCredentials()).credentials)
}
