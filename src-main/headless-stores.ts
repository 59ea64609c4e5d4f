import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { is } from 'valibot'
import { credentialKey } from '#shared/credential.ts'
import { readPreferences } from '#shared/preferences.ts'
import { VaultError } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { type StoreList, type StoreMove, type StoreTarget, storeTarget } from '#shared/stores.ts'
import { type Config, homeLayout, readConfig } from './config.ts'
import { Secret } from './core/secret.ts'
import { openCatalog } from './storage/catalog/catalog.ts'
import { StoredCredentialRepository } from './storage/credential-repository.ts'
import { isCatalogInUse, readCatalogFile } from './storage/doctor/doctor-catalog.ts'
import { endableKeychain } from './storage/keychain/endable-keychain.ts'
import { forkHelper } from './storage/keychain/helper-process.ts'
import { helperKeytarLoader } from './storage/keychain/keychain-client.ts'
import { readMoveJournal } from './storage/moving/move-journal.ts'
import { MOVE_LOCK } from './storage/moving/store-mover.ts'
import { chooseStore, openStore } from './vault-storage.ts'
import { createStores, moveLock, openSettledStore } from './vault-stores.ts'

/** Which store a home uses and why, and how it is. `move`: one was interrupted. */
export type StoreView = Pick<StoreList, 'current' | 'chosenBy' | 'entries'> & {
  readonly health: StorageHealth
  readonly move: Pick<StoreMove, 'from' | 'to'> | null
}

/** The stores of a home that nobody else has open. */
export type HeadlessStores = {
  /** The store in use waits for its passphrase. */
  readonly isLocked: () => Promise<boolean>
  /** Throws VAULT_LOCKED if it is not the right one. */
  readonly unlock: (passphrase: string) => Promise<void>
  /** What was interrupted; null: nothing. */
  readonly left: () => StoreMove | null
  /** Resolves with how many were moved when all of it is done. Throws as the window's request, and what stopped it. */
  readonly move: (target: StoreTarget) => Promise<number>
  readonly resume: (passphrase: string | null) => Promise<number>
  readonly undo: () => Promise<void>
}

const clock = { now: () => new Date() }
const warn = (sentence: string): void => void process.stderr.write(`latchkey: ${sentence}\n`)

/** Looks from outside, also while Latchkey is open; nothing is made. Throws CONFIG_INVALID and CREDENTIAL_UNREADABLE. */
export async function viewStores(config: Config = readConfig()): Promise<StoreView> {
  const { catalog: path, move: journal } = homeLayout(config.home)
  const catalog = await readCatalogFile(path)
  const keychain = newKeychain()
  const store = await openStore(
    { config, clock, keychain: keychain.load, warn },
    {
      catalog: {
        keys: () => [...(catalog?.keys ?? [])],
        backendOf: (key) => catalog?.entries.find(({ ref }) => credentialKey(ref) === key)?.backend ?? null
      },
      preferences: { get: () => readPreferences(catalog?.preference('preferences') ?? null) }
    }
  )
  const { by } = await chooseStore(config)
  const move = await readMoveJournal(journal)
  const health = await store.health()
  await store.close()
  keychain.close()
  return {
    current: store.id,
    chosenBy: by,
    entries: catalog?.keys.length ?? 0,
    health,
    move: move && { from: move.from, to: move.to }
  }
}

/**
 * Opens the stores for `task` and closes them after it. Throws INVALID_REQUEST while Latchkey is open on this home, and
 * STORE_WRITE_FAILED while another process moves.
 */
export async function withStores<T>(
  onProgress: (move: StoreMove) => void,
  task: (stores: HeadlessStores) => Promise<T>,
  config: Config = readConfig()
): Promise<T> {
  const lock = moveLock(config.home)
  return await lock.exclusive(MOVE_LOCK, async () => {
    const { catalog: path } = homeLayout(config.home)
    if (existsSync(path) && isCatalogInUse(path)) {
      throw refused('Latchkey is open. Move in its settings, or quit it and run this again.')
    }
    const catalog = await openCatalog(path)
    const keychain = newKeychain()
    try {
      const preferences = { get: () => readPreferences(catalog.preference('preferences')) }
      const ports = { config, clock, keychain: keychain.load, warn }
      const active = await openSettledStore(ports, { catalog, preferences }, lock)
      const repository = new StoredCredentialRepository({ store: active, catalog, clock, warn })
      await repository.recover()
      const { moves } = createStores(
        ports,
        {
          catalog,
          preferences,
          active,
          settle: () => repository.recover(),
          onChange: (move) => move && onProgress(move),
          onEnd: () => undefined
        },
        lock
      )
      await moves.find()
      const ended = async (begun: Promise<StoreMove>): Promise<number> => {
        await begun
        await moves.idle()
        return movedBy(moves.move)
      }
      const result = await task({
        isLocked: async () => (await active.passphrase?.protection()) === 'locked',
        unlock: async (passphrase) => {
          await active.passphrase?.unlock(new Secret(passphrase))
          await repository.recover()
        },
        left: () => moves.move,
        move: async (target) => {
          if (!is(storeTarget, target)) throw refused('The passphrase must have 12 to 1024 characters.')
          return await ended(moves.begin(target))
        },
        resume: (passphrase) => ended(moves.resume(passphrase)),
        undo: () => moves.undo()
      })
      await repository.close()
      return result
    } finally {
      catalog.close()
      keychain.close()
    }
  })
}

/** Throws what stopped the move. */
function movedBy(move: StoreMove | null): number {
  if (move?.state.kind === 'done') return move.state.moved
  const problem = move?.state.kind === 'failed' ? move.state.problem : null
  throw problem ? new VaultError(problem.code, { message: problem.message }) : new VaultError('INTERNAL')
}

function newKeychain() {
  // Beside this module, as source under Node's type stripping.
  const helper = fileURLToPath(new URL('storage/keychain/keychain-helper.ts', import.meta.url))
  return endableKeychain(helperKeytarLoader(forkHelper(helper)))
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
