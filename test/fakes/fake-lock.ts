import type { LockState } from '#shared/lock.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { VaultLock } from '../../src-main/core/lock/vault-lock.ts'
import { FAKE_PASSPHRASE, UNDER_PASSPHRASE, wrongPassphrase } from './fake-stores.ts'

type FakeLockPorts = {
  readonly beforeLock: () => Promise<void>
  readonly storage: () => StorageHealth
  readonly setStorage: (storage: StorageHealth) => void
  readonly tell: (state: LockState) => void
}

/** A lock over a store in memory; encrypted files are under the passphrase of the fakes. */
export function fakeLock({ beforeLock, storage, setStorage, tell }: FakeLockPorts): VaultLock {
  const isLocked = (): boolean => storage().problem?.code === 'VAULT_LOCKED'
  const underPassphrase: StorageHealth = {
    backend: 'encrypted-file',
    label: UNDER_PASSPHRASE,
    state: 'healthy',
    problem: null
  }
  let open = isLocked() ? underPassphrase : storage()
  const lock: VaultLock = new VaultLock({
    beforeLock,
    clock: { after: () => () => undefined },
    passphrase: () =>
      open.backend === 'encrypted-file'
        ? {
            protection: async () => (isLocked() ? 'locked' : 'unlocked'),
            unlock: async (passphrase) => {
              if (passphrase.expose((text) => text) !== FAKE_PASSPHRASE) throw wrongPassphrase()
            },
            lock: () => undefined
          }
        : null,
    storage: {
      isLocked,
      known: async () => undefined,
      hold: async (isHeld) => {
        if (isHeld) open = isLocked() ? open : storage()
        setStorage(isHeld ? { ...open, state: 'locked', problem: lockedProblem } : open)
        lock.storeChanged()
      }
    },
    isMoving: () => false,
    onLock: () => undefined,
    onUnlock: async () => undefined,
    onChange: tell,
    askPerson: () => undefined
  })
  return lock
}

const lockedProblem = toProblem(new VaultError('VAULT_LOCKED'))
