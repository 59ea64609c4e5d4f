import type { QuestionView } from '#shared/broker/use.ts'
import { atMost } from '../core/closing.ts'
import { VaultLock } from '../core/lock/vault-lock.ts'
import type { EndableKeychain } from '../storage/keychain/endable-keychain.ts'
import type { ActiveStore } from '../storage/store/active-store.ts'
import type { Services } from './services.ts'
import type { Basis, VaultPorts, VaultUse } from './vault-ports.ts'

type LockParts = Pick<Basis, 'events' | 'repository'> & {
  readonly keychain: Pick<EndableKeychain, 'end'>
  readonly store: Pick<ActiveStore, 'passphrase'>
  readonly services: Pick<Services, 'removals' | 'signIns' | 'storage'>
  readonly use: Pick<VaultUse, 'lock'>
  readonly moves: { readonly move: { readonly state: { readonly kind: string } } | null }
  /** Forgets what waits to be imported. */
  readonly forgetImports: () => void
}

/** The lock of a vault, told by its store and by everyone who locks or opens it. */
export function vaultLock({ clock, showLocked }: VaultPorts, parts: LockParts): VaultLock {
  const { events, forgetImports, keychain, moves, repository, services, store, use } = parts
  const { removals, signIns, storage } = services
  const lock = new VaultLock({
    clock,
    passphrase: () => store.passphrase,
    storage: {
      isLocked: () => storage.last?.problem?.code === 'VAULT_LOCKED',
      known: () => storage.health(),
      hold: (isHeld) => storage.hold(isHeld)
    },
    isMoving: () => moves.move?.state.kind === 'running',
    beforeLock: () => atMost(clock, removals.finish(), repository),
    onLock: () => {
      use.lock()
      keychain.end()
      forgetImports()
      // Failed attempts hold the secrets of their clients, so they are dismissed; running attempts continue.
      for (const { attempt } of signIns.list()) signIns.dismiss(attempt)
    },
    onUnlock: () => repository.recover(),
    onChange: (state) => events.emit('lockChanged', state),
    askPerson: showLocked ?? null
  })
  events.on('storageChanged', ({ state }) => {
    if (state === 'locked') use.lock()
    lock.storeChanged()
  })
  return lock
}

/** Shows questions while the vault is open alone; those that came before or meanwhile are shown when it opens. */
export class QuestionsBehindLock {
  readonly #show: (questions: readonly QuestionView[]) => void
  #questions: readonly QuestionView[] = []
  #isLocked = false

  constructor(show: (questions: readonly QuestionView[]) => void) {
    this.#show = show
  }

  readonly show = (questions: readonly QuestionView[]): void => {
    this.#questions = questions
    if (!this.#isLocked) this.#show(questions)
  }

  locked(isLocked: boolean): void {
    if (isLocked === this.#isLocked) return
    this.#isLocked = isLocked
    if (isLocked || this.#questions.length > 0) this.#show(isLocked ? [] : this.#questions)
  }
}
