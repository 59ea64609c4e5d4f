import { VaultError } from '#shared/problem.ts'
import { storeNames } from '#shared/store-names.ts'
import type { StoreTarget } from '#shared/stores.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { LeftMove, MoveWork, StoreMovePort } from '../../core/stores/store-move-ports.ts'
import type { Secret } from '../../core/secret.ts'
import type { ActiveStore } from '../store/active-store.ts'
import type { BackendConfig } from '../backends/backend-config.ts'
import { writeBackendConfig } from '../backends/backend-config-writer.ts'
import { encryptedFolders } from '../backends/backend-factory.ts'
import { backendOver } from '../backends/backend-store.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { refOfKey } from '../catalog/catalog-codec.ts'
import type { CredentialStore } from '../store/credential-store.ts'
import { moveSecrets, undoMove, type MoveOptions } from './move-backend.ts'
import { type MoveJournal, readMoveJournal } from './move-journal.ts'
import { isOwnKey } from '../vault-key.ts'
import { asksFor, settleSwitch } from './move-switch.ts'
import { isUnderPassphrase, passphraseOf, settingsOf, tryOut, unlockTarget } from './move-target.ts'
import type { StoreLock } from '../store/store-lock.ts'
import { removeUnusedKey } from '../backends/key-files.ts'

/** The key of the home's lock that a move holds from its first write to its last. */
export const MOVE_LOCK = 'move between stores'

export type StoreMoverPorts = {
  readonly home: string
  /** Path of the move's journal. */
  readonly journal: string
  /** A lock with a short wait: another move is not waited for. */
  readonly lock: StoreLock
  readonly active: ActiveStore
  readonly catalog: Pick<Catalog, 'keys' | 'relocate' | 'backendOf' | 'intentOf'>
  /**
   * Returns the settings in use. Throws CONFIG_INVALID, also if the environment decides about the store.
   * Null: the default.
   */
  readonly current: () => Promise<BackendConfig | null>
  /** Opens a store. Throws CONFIG_INVALID. */
  readonly open: (settings: BackendConfig | null) => Promise<CredentialStore>
  /** Finishes interrupted changes of single entries, as far as that is possible now. */
  readonly settle: () => Promise<void>
}

type Settings = NonNullable<MoveJournal['settings']>
type Sides = {
  readonly source: CredentialStore
  readonly target: CredentialStore
  /** There is nothing to move, and the source can not be asked. */
  readonly isUnused?: boolean
}

/** Moves everything from the store in use to another one, which becomes the store in use. */
export class StoreMover implements StoreMovePort {
  readonly #ports: StoreMoverPorts

  constructor(ports: StoreMoverPorts) {
    this.#ports = ports
  }

  async open(wanted: StoreTarget): Promise<MoveWork> {
    const { active, current, journal, open, settle } = this.#ports
    const from = await current()
    const to = settingsOf(wanted)
    if (to.type === active.id) throw refused(`Everything is kept in ${storeNames[to.type]} already.`)
    if (await readMoveJournal(journal)) throw refused('A move was interrupted. Finish it or undo it first.')
    const isUnused = await this.#isUnused()
    if (!isUnused) {
      await requireUsable(active)
      await settle()
    }
    const target = await open(to)
    try {
      if (to.type === 'encrypted-file') await removeUnusedKey(encryptedFolders(this.#ports.home, to))
      await unlockTarget(target, passphraseOf(wanted))
      await tryOut(target)
    } catch (error) {
      await target.close()
      throw error
    }
    return this.#work({ source: active.current, target, isUnused }, { from, to })
  }

  async reopen(passphrase: Secret | null): Promise<MoveWork> {
    const { active, open, settle } = this.#ports
    const { phase, from, to, settings } = await this.#interrupted()
    await requireUsable(active)
    await settle()
    if (phase === 'remove') {
      requireInUse(active, to)
      return this.#work({ source: await open(settings.from), target: active.current }, settings)
    }
    requireInUse(active, from)
    const target = await open(settings.to)
    try {
      await unlockTarget(target, passphrase)
      return this.#work({ source: active.current, target }, settings)
    } catch (error) {
      await target.close()
      throw error
    }
  }

  async undo(): Promise<void> {
    const { active, home, open } = this.#ports
    const { from, settings } = await this.#interrupted()
    await requireUsable(active)
    requireInUse(active, from)
    const target = await open(settings.to)
    try {
      const options = this.#options({ source: active.current, target }, settings)
      await this.#alone(() => undoMove(options))
      if (settings.to.type === 'encrypted-file') await removeUnusedKey(encryptedFolders(home, settings.to))
    } finally {
      await target.close()
    }
  }

  async left(): Promise<LeftMove | null> {
    const journal = await readMoveJournal(this.#ports.journal)
    if (!journal) return null
    const { from, to, phase, settings } = journal
    const needsPassphrase = phase === 'copy' && settings !== null && isUnderPassphrase(settings.to)
    return { from, to, canUndo: phase === 'copy', needsPassphrase }
  }

  #work(sides: Sides, settings: Settings): MoveWork {
    const { active } = this.#ports
    return {
      from: sides.source.id,
      to: sides.target.id,
      needsPassphrase: isUnderPassphrase(settings.to),
      run: async (onProgress) => {
        try {
          const options = this.#options(sides, settings)
          if (sides.isUnused === true) {
            await this.#alone(() => options.switchTo(sides.target.id, []))
            return 0
          }
          const moved = await this.#alone(() => moveSecrets({ ...options, onProgress }))
          const own = (await active.list()).filter(isOwnKey)
          return moved - own.length // a person counts entries
        } catch (error) {
          await settleSwitch(this.#ports).catch(() => undefined)
          throw error
        } finally {
          await (active.current === sides.target ? sides.source : sides.target).close()
        }
      }
    }
  }

  /** True for a keychain that this computer does not have, where nothing was ever kept. */
  async #isUnused(): Promise<boolean> {
    const { active, catalog } = this.#ports
    if (catalog.keys().length > 0) return false
    return (await active.health()).problem?.code === 'KEYCHAIN_UNAVAILABLE'
  }

  /** Runs a task while other writes wait, in this process and in others. */
  async #alone<T>(task: () => Promise<T>): Promise<T> {
    const { active, lock } = this.#ports
    return await lock.exclusive(MOVE_LOCK, async () => {
      const release = await active.holdWrites()
      try {
        return await task()
      } finally {
        release()
      }
    })
  }

  #options({ source, target }: Sides, settings: Settings): MoveOptions {
    const { active, catalog, home, journal } = this.#ports
    return {
      source: backendOver(source),
      target: backendOver(target),
      journal,
      settings,
      isWanted: (key) =>
        isOwnKey(key) || (catalog.backendOf(key) !== null && catalog.intentOf(key) !== 'remove'),
      nameOf,
      switchTo: async (_id, keys) => {
        try {
          await writeBackendConfig(home, settings.to)
        } catch (error) {
          // A new file that may be lost in a power cut is still the one that is read now.
          if (!(await asksFor(home, settings.to))) throw error
        }
        active.use(target)
        catalog.relocate(keys, target.id)
      }
    }
  }

  async #interrupted(): Promise<MoveJournal & { readonly settings: Settings }> {
    const { current, journal } = this.#ports
    await current()
    await settleSwitch(this.#ports)
    const found = await readMoveJournal(journal)
    if (!found?.settings) throw refused('There is no move to finish or to take back.')
    return { ...found, settings: found.settings }
  }
}

async function requireUsable(store: CredentialStore): Promise<void> {
  const { backend, problem } = await store.health()
  if (backend === null && problem) throw new VaultError(problem.code, { message: problem.message })
}

function requireInUse({ id }: CredentialStore, expected: MoveJournal['from']): void {
  if (id === expected) return
  throw refused(
    `The store in use is not ${storeNames[expected]} any longer. Change it back in the configuration.`
  )
}

function nameOf(key: string): string {
  if (isOwnKey(key)) return 'the key of the vault'
  const ref = refOfKey(key)
  return ref ? cleanText(`${ref.service} (${ref.account})`, '?') : 'an entry without a name'
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
