import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { answeredWhileLocked, type lockRequests } from '#shared/lock.ts'
import { VaultError } from '#shared/problem.ts'
import type { VaultLock } from '../lock/vault-lock.ts'

export type LockRequestPorts = { readonly lock: Pick<VaultLock, 'state' | 'lock' | 'unlock'> }

/** The requests that lock and unlock the vault. */
export function lockHandlers({
  lock
}: LockRequestPorts): Pick<VaultRequestHandlers, keyof typeof lockRequests> {
  return {
    getLock: () => lock.state(),
    lockVault: () => lock.lock(),
    unlockVault: ({ passphrase }) => lock.unlock(passphrase)
  }
}

/** The same handlers behind the lock: while it is closed, all but a few throw VAULT_LOCKED. */
export function behindLock(
  handlers: VaultRequestHandlers,
  lock: Pick<VaultLock, 'isLocked'>
): VaultRequestHandlers {
  const guarded = Object.entries(handlers).map(([name, handler]) => [
    name,
    answeredWhileLocked.has(name)
      ? handler
      : async (...args: never[]) => {
          if (lock.isLocked) throw new VaultError('VAULT_LOCKED')
          return await (handler as (...given: never[]) => Promise<unknown>)(...args)
        }
  ])
  return Object.fromEntries(guarded) as VaultRequestHandlers
}
