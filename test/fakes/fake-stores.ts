import type { StoreRequestPorts } from '../../src-main/core/requests/store-requests.ts'
import type { BackendId } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { VaultError } from '#shared/problem.ts'
import type { StoreMove } from '#shared/stores.ts'

export const FAKE_PASSPHRASE = 'correct horse battery'
const steps = ['copy', 'verify', 'remove'] as const

type FakeStoresPorts = {
  readonly entries: () => number
  readonly setStorage: (storage: StorageHealth) => void
  readonly storage: () => StorageHealth
  readonly tell: (move: StoreMove | null) => void
  readonly start: StoreMove | null
}

/** Stores whose moves take no time: each step is reported once, at its end. */
export function fakeStores({
  entries,
  setStorage,
  storage,
  tell,
  start
}: FakeStoresPorts): StoreRequestPorts['stores'] {
  let current: BackendId = storage().backend ?? 'keychain'
  let move = start
  const say = (next: StoreMove | null): StoreMove | null => {
    move = next
    tell(next)
    return next
  }
  const running = (to: BackendId): StoreMove => ({
    from: current,
    to,
    needsPassphrase: false,
    state: { kind: 'running', step: 'copy', done: 0, total: entries() }
  })
  async function run(to: BackendId): Promise<void> {
    for (const step of steps) {
      await new Promise((resolve) => setTimeout(resolve, 40))
      say({ ...running(to), state: { kind: 'running', step, done: entries(), total: entries() } })
    }
    const done = { ...running(to), state: { kind: 'done', moved: entries() } } as const
    current = to
    say(done)
    setStorage({ backend: to, label: labels[to] ?? to, state: 'healthy', problem: null })
  }
  return {
    moves: {
      get move() {
        return move
      },
      begin: async (target) => {
        if (target.type === 'sops' && target.ageKeyFile.includes('absent')) {
          throw new VaultError('CREDENTIAL_UNREADABLE', { message: 'The age key file can’t be read.' })
        }
        const begun = running(target.type)
        say(begun)
        void run(target.type)
        return begun
      },
      resume: async (passphrase) => {
        if (move === null) throw new VaultError('INVALID_REQUEST')
        if (move.needsPassphrase && passphrase !== FAKE_PASSPHRASE) throw wrongPassphrase()
        const begun = running(move.to)
        say(begun)
        void run(move.to)
        return begun
      },
      undo: async () => void say(null)
    },
    list: async () => ({
      current,
      chosenBy: 'default',
      entries: entries(),
      targets: (['keychain', 'encrypted-file', 'sops'] as const).map((type) => ({
        type,
        label: labels[type] ?? type,
        obstacle: type === current ? 'This is the store in use.' : null
      }))
    })
  }
}

export const UNDER_PASSPHRASE = 'Encrypted files under a passphrase'
const labels: Readonly<Partial<Record<BackendId, string>>> = {
  keychain: 'Keychain',
  'encrypted-file': 'Encrypted files',
  sops: 'SOPS files'
}

export function wrongPassphrase(): VaultError {
  return new VaultError('VAULT_LOCKED', {
    message: 'The passphrase is not the right one. Nothing was changed; try again.'
  })
}
