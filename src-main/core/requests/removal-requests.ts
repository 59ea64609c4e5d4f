import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { refFromKey } from '#shared/credential.ts'
import type { CredentialRepository } from '../ports.ts'
import type { Removals } from '../removals.ts'
import { knownRef } from './known-credential.ts'

export type RemovalRequestPorts = {
  readonly removals: Pick<Removals, 'remove' | 'undo'>
  readonly repository: Pick<CredentialRepository, 'find'>
}

/** The removals of the window, which can be undone for a moment. */
export function removalHandlers({ removals, repository }: RemovalRequestPorts) {
  return {
    removeWithUndo: async (ids) => ({
      removed: await removals.remove(ids.map((id) => knownRef(repository, id)))
    }),
    undoRemoval: async (ids) => ({ putBack: await removals.undo(ids.flatMap((id) => refFromKey(id) ?? [])) })
  } satisfies Partial<VaultRequestHandlers>
}
