import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { unlistedRequests } from '#shared/unlisted.ts'
import type { UnlistedEntries } from '../stores/unlisted-entries.ts'

type UnlistedHandlers = Pick<VaultRequestHandlers, keyof typeof unlistedRequests>

export type UnlistedRequestPorts = { readonly unlisted: Pick<UnlistedEntries, 'takeBack'> }

/** The request about credentials that the list has lost. */
export function unlistedHandlers({ unlisted }: UnlistedRequestPorts): UnlistedHandlers {
  return { takeBackUnlisted: () => unlisted.takeBack() }
}
