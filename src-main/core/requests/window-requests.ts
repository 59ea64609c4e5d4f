import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { ClockSkew } from '#shared/clock-skew.ts'
import type { Layout } from '#shared/layout.ts'
import type { Preferences } from '#shared/preferences.ts'
import { VaultError } from '#shared/problem.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { StoreMove } from '#shared/stores.ts'
import type { CredentialFeed } from '../list/credential-feed.ts'
import type { VaultLock } from '../lock/vault-lock.ts'
import type { CredentialRepository } from '../ports.ts'
import type { Provider } from '../provider.ts'
import type { SignIns } from '../sign-in/sign-in-service-ports.ts'
import { shownNotes, type SignOutNotes } from '../sign-in/sign-out-notes.ts'
import { knownRef } from './known-credential.ts'

export type WindowRequestPorts = {
  readonly feed: Pick<CredentialFeed, 'page'>
  readonly lock: Pick<VaultLock, 'state'>
  readonly repository: Pick<CredentialRepository, 'find'>
  readonly signIns: Pick<SignIns, 'list'>
  readonly signOuts: Pick<SignOutNotes, 'list'>
  readonly unlisted: { readonly count: number }
  /** Null: no move is under way or interrupted. */
  readonly stores: { readonly moves: { readonly move: StoreMove | null } }
  readonly storage: { health(): Promise<StorageHealth>; check(): Promise<StorageHealth> }
  /** Null: no answer so far shows that this computer's clock is wrong. */
  readonly clockSkew: () => ClockSkew | null
  readonly directory: { find(service: string): Pick<Provider, 'help'> | null }
  readonly choices: readonly ProviderChoice[]
  readonly preferences: { get(): Preferences; set(value: Preferences): void }
  /** How the person left the list. */
  readonly layout: { get(): Layout; set(value: Layout): void }
  readonly hasTray: () => boolean
  readonly writeClipboard: (text: string) => Promise<void>
  readonly openInBrowser: (url: string) => Promise<void>
  readonly version: string
}

/** What a window shows before the rest of a long list has come. */
const FIRST_PAGE = 200

/** The requests about the window as a whole and about its settings. */
export function windowHandlers(ports: WindowRequestPorts) {
  const { choices, directory, feed, openInBrowser, preferences, repository, storage, writeClipboard } = ports
  return {
    getSnapshot: async () => {
      const health = await storage.health()
      const lock = await ports.lock.state()
      // The list is read after the wait, so that list and revision include changes made meanwhile.
      return {
        ...feed.page(FIRST_PAGE),
        storage: health,
        lock,
        clock: ports.clockSkew(),
        signOuts: shownNotes(ports.signOuts),
        unlisted: ports.unlisted.count,
        move: ports.stores.moves.move,
        signIns: [...ports.signIns.list()],
        providers: [...choices],
        preferences: preferences.get(),
        layout: ports.layout.get(),
        hasTray: ports.hasTray(),
        version: ports.version
      }
    },
    listCredentials: async () => feed.page(),
    copyAccount: async (id) => {
      await writeClipboard(knownRef(repository, id).account)
      return null
    },
    checkStorage: () => storage.check(),
    setLayout: async (value) => {
      ports.layout.set(value)
      return null
    },
    setPreferences: async (value) => {
      preferences.set(value)
      return preferences.get()
    },
    openHelp: async (service) => {
      const page = directory.find(service)?.help ?? null
      if (page === null) throw new VaultError('UNKNOWN_SERVICE')
      await openInBrowser(page)
      return null
    },
    copyRedirectUri: async (service) => {
      const address = choices.find(({ id }) => id === service)?.registration?.redirectUri
      if (address === undefined) throw new VaultError('UNKNOWN_SERVICE')
      await writeClipboard(address)
      return null
    }
  } satisfies Partial<VaultRequestHandlers>
}
