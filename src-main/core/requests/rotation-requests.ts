import type { CredentialFeed } from '../list/credential-feed.ts'
import type { KeyRotation } from '../keys/key-rotation.ts'
import { knownRef, listed } from './known-credential.ts'
import type { CredentialRepository } from '../ports.ts'
import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { rotationRequests } from '#shared/rotation.ts'

export type RotationHandlers = Pick<VaultRequestHandlers, keyof typeof rotationRequests>

export type RotationRequestPorts = {
  readonly rotation: Pick<KeyRotation, 'prepare' | 'test' | 'switch' | 'undo' | 'finish'>
  readonly repository: Pick<CredentialRepository, 'find'>
  readonly feed: Pick<CredentialFeed, 'summary'>
}

/**
 * The requests about the exchange of a key. They throw as KeyRotation, and UNKNOWN_SERVICE for an unknown id.
 */
export function rotationHandlers({ rotation, repository, feed }: RotationRequestPorts): RotationHandlers {
  /** Does one step and returns the entry after it. */
  const step = (run: (ref: ReturnType<typeof knownRef>) => Promise<void>) => async (id: string) => {
    const ref = knownRef(repository, id)
    await run(ref)
    return listed(feed, ref)
  }
  return {
    prepareKey: ({ credential, key, expiresAt }) =>
      step((ref) => rotation.prepare(ref, key, expiresAt))(credential),
    testKey: async (id) => await rotation.test(knownRef(repository, id)),
    switchKey: step((ref) => rotation.switch(ref)),
    undoRotation: step((ref) => rotation.undo(ref)),
    finishRotation: step((ref) => rotation.finish(ref))
  }
}
