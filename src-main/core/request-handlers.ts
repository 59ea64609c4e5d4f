import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { CredentialRef } from '#shared/credential.ts'
import type { ClockSkew } from '#shared/clock-skew.ts'
import type { DoctorFixRequest, DoctorReport, DoctorRequest } from '#shared/doctor.ts'
import type { Preferences } from '#shared/preferences.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { VaultError } from '#shared/problem.ts'
import type { rotationRequests } from '#shared/rotation.ts'
import type { StoreMove, storeRequests } from '#shared/stores.ts'
import type { transferRequests } from '#shared/transfer.ts'
import { apiKeyFrom } from './api-key.ts'
import { doctorHandlers } from './doctor/doctor-handlers.ts'
import { checkNow } from './tokens/check-now.ts'
import type { CatalogEntry, Credential } from './credential-record.ts'
import type { CredentialFeed } from './list/credential-feed.ts'
import { knownRef, listed } from './known-credential.ts'
import type { Clock, CredentialRepository, KeyChecker } from './ports.ts'
import type { Secret } from './secret.ts'
import type { ClientHandlers } from './sign-in/client-handlers.ts'
import { type SignIns, signInHandlers } from './sign-in/sign-in-handlers.ts'
import { signOut } from './sign-in/sign-out.ts'
import type { SignOutNoteHandlers } from './sign-in/sign-out-note-handlers.ts'
import { type SignOutNotes, shownNotes } from './sign-in/sign-out-notes.ts'
import type { UnlistedEntries } from './stores/unlisted-entries.ts'
import type { OAuthClient } from './oauth-client.ts'

/** What the handlers need of TokenService. */
type Tokens = {
  getToken(ref: CredentialRef, options?: { scope?: string }): Promise<Secret>
  refresh(ref: CredentialRef): Promise<void>
  refreshAll(): Promise<{ refreshed: number; failed: number }>
  current(ref: CredentialRef): Promise<Credential | null>
  /** Ends what is under way for this credential before it is removed or replaced. */
  exclusively<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T>
}
/** Requests that one part of the vault answers alone. */
export type StoreHandlers = Pick<VaultRequestHandlers, keyof typeof storeRequests> & {
  /** The move that is under way or was left; null: none. */
  readonly move: () => StoreMove | null
}
export type RotationHandlers = Pick<VaultRequestHandlers, keyof typeof rotationRequests>
export type TransferHandlers = Pick<VaultRequestHandlers, keyof typeof transferRequests>

export type HandlerPorts = {
  readonly clock: Clock
  /** Null: no answer has said that this computer's clock is wrong. */
  readonly clockSkew: () => ClockSkew | null
  readonly repository: CredentialRepository
  readonly feed: CredentialFeed
  readonly tokens: Tokens
  readonly signIns: SignIns
  readonly client: ClientHandlers
  readonly signOuts: SignOutNotes
  readonly signOutNotes: SignOutNoteHandlers
  readonly oauth: OAuthClient
  readonly keyChecks: KeyChecker
  readonly providers: readonly ProviderChoice[]
  readonly preferences: { get(): Preferences; set(value: Preferences): void }
  readonly doctor: {
    run(request: DoctorRequest): Promise<DoctorReport>
    fix(request: DoctorFixRequest): Promise<DoctorReport>
  }
  readonly storage: { health(): Promise<StorageHealth>; check(): Promise<StorageHealth> }
  readonly stores: StoreHandlers
  readonly unlisted: Pick<UnlistedEntries, 'count' | 'handlers'>
  readonly rotation: RotationHandlers
  readonly transfer: TransferHandlers
  readonly writeClipboard: (text: string) => Promise<void>
  /** Opens the help page of a provider row. Throws UNKNOWN_SERVICE if the row names none. */
  readonly openHelp: (service: string) => Promise<void>
  readonly hasTray: () => boolean
  readonly version: string
}

/** The vault behind every request of a window. Arguments are checked before and answers after. */
export function requestHandlers(ports: HandlerPorts): VaultRequestHandlers {
  const { move: _move, ...stores } = ports.stores
  return {
    ...listHandlers(ports),
    ...signInHandlers(ports),
    ...ports.client,
    ...ports.signOutNotes,
    ...credentialHandlers(ports),
    ...otherHandlers(ports),
    ...doctorHandlers(ports),
    ...stores,
    ...ports.rotation,
    ...ports.transfer,
    ...ports.unlisted.handlers
  }
}

function listHandlers(ports: HandlerPorts) {
  const { feed, signIns, providers, preferences, storage, stores, version } = ports
  return {
    getSnapshot: async () => {
      const health = await storage.health()
      // After the wait: what changed meanwhile is in the list and in the revision.
      return {
        revision: feed.revision,
        credentials: feed.summaries(),
        storage: health,
        clock: ports.clockSkew(),
        signOuts: shownNotes(ports.signOuts),
        unlisted: ports.unlisted.count,
        move: stores.move(),
        signIns: [...signIns.list()],
        providers: [...providers],
        preferences: preferences.get(),
        hasTray: ports.hasTray(),
        version
      }
    }
  } satisfies Partial<VaultRequestHandlers>
}

function credentialHandlers(ports: HandlerPorts) {
  const { clock, feed, repository, tokens } = ports
  return {
    addApiKey: async (request) => {
      const key = apiKeyFrom(request, clock.now())
      await tokens.exclusively(key.ref, async () => {
        const existing = repository.find(key.ref)
        if (existing !== null) requireReplaceable(existing.kind, request.replace)
        await repository.save(key)
      })
      feed.publish(key.ref)
      return listed(feed, key.ref)
    },
    refresh: async (id) => {
      const ref = knownRef(repository, id)
      await tokens.refresh(ref)
      return listed(feed, ref)
    },
    refreshAll: () => tokens.refreshAll(),
    checkNow: (id) => checkNow(ports, knownRef(repository, id)),
    signOut: async (id) => {
      const ref = knownRef(repository, id)
      return signOut({ ...ports, onRemoved: () => feed.publish(ref) }, ref)
    },
    remove: async (id) => {
      const ref = knownRef(repository, id)
      await tokens.exclusively(ref, () => repository.remove(ref))
      feed.publish(ref)
      return null
    }
  } satisfies Partial<VaultRequestHandlers>
}

function otherHandlers({
  openHelp,
  preferences,
  providers,
  repository,
  storage,
  writeClipboard
}: HandlerPorts) {
  return {
    copyAccount: async (id) => {
      await writeClipboard(knownRef(repository, id).account)
      return null
    },
    checkStorage: () => storage.check(),
    setPreferences: async (value) => {
      preferences.set(value)
      return preferences.get()
    },
    openHelp: async (service) => {
      await openHelp(service)
      return null
    },
    copyRedirectUri: async (service) => {
      const address = providers.find(({ id }) => id === service)?.registration?.redirectUri
      if (address === undefined) throw new VaultError('UNKNOWN_SERVICE')
      await writeClipboard(address)
      return null
    }
  } satisfies Partial<VaultRequestHandlers>
}

/** A key takes the place of a key, and of nothing else: a sign-in would be lost without being revoked. */
function requireReplaceable(kind: CatalogEntry['kind'], replace: boolean): void {
  if (kind !== 'api-key') {
    throw new VaultError('INVALID_REQUEST', {
      message: 'There is another kind of entry with this service and account. Change the account.'
    })
  }
  if (replace) return
  throw new VaultError('INVALID_REQUEST', {
    message: 'There is an entry with this service and account already. Replace it, or change the account.'
  })
}
