import type { VaultEvents } from '#shared/ipc.ts'
import { CredentialFeed } from './core/list/credential-feed.ts'
import type { Emitter } from './core/emitter.ts'
import { FormerKeys } from './core/keys/former-keys.ts'
import { isKeptFresh } from './core/tokens/keep-fresh.ts'
import { KeyRotation } from './core/keys/key-rotation.ts'
import type { CredentialRepository, KeyChecker } from './core/ports.ts'
import type { PreferenceService } from './core/preference-service.ts'
import type { RefreshJournal } from './core/tokens/refresh-journal.ts'
import { RefreshScheduler } from './core/tokens/refresh-scheduler.ts'
import { rotationHandlers } from './core/keys/rotation-handlers.ts'
import { clientHandlers } from './core/sign-in/client-handlers.ts'
import { StorageMonitor } from './core/stores/storage-monitor.ts'
import { TokenService } from './core/tokens/token-service.ts'
import { homeLayout } from './config.ts'
import { createKeyChecker } from './oauth/providers/key-checks.ts'
import { toProviderChoice } from './oauth/providers/providers.ts'
import { clientMark } from './storage/records/credential-codec.ts'
import { StoreLock } from './storage/store/store-lock.ts'
import type { VaultPorts } from './vault-ports.ts'
import { oauthOf, providersOf, signInsOf } from './vault-sign-ins.ts'

export type Basis = {
  readonly events: Emitter<VaultEvents>
  readonly preferences: PreferenceService
  readonly repository: CredentialRepository
}

/** The services of a vault, wired to each other. */
export function createServices(ports: VaultPorts, basis: Basis & { readonly journal: RefreshJournal }) {
  const { clock, random } = ports
  const { events, repository, journal } = basis
  const providers = providersOf(ports)
  const lock = new StoreLock({ dir: homeLayout(ports.config.home).locks })
  const { oauth, clockSkew } = oauthOf(ports, events)
  const keyChecks = createKeyChecker(ports.fetch)
  const tokens: TokenService = new TokenService({
    repository,
    oauth,
    journal,
    clientMark,
    clock,
    random,
    lock,
    onChange: (ref) => feed.publish(ref)
  })
  const feed: CredentialFeed = feedOf(ports, basis, {
    inFlight: (ref) => tokens.inFlight(ref),
    isLocked: () => storage.last?.problem?.code === 'VAULT_LOCKED'
  })
  const scheduler = schedulerOf(ports, basis, tokens)
  const rotation = rotationOf(ports, { repository, tokens, feed, keyChecks })
  const parts = { oauth, providers, tokens, feed, scheduler }
  const signIns = signInsOf(ports, basis, parts)
  const client = clientHandlers({
    repository,
    tokens,
    feed,
    providers,
    clientMark,
    choices: providers.all.map((row) => toProviderChoice(row)),
    writeClipboard: ports.writeClipboard
  })
  const storage = storageOf(ports, basis, { feed, scheduler })
  // A consent to encrypted files, given or taken back, changes what can be stored.
  events.on('preferencesChanged', () => {
    storage.look()
    feed.publishAll()
    scheduler.wake()
  })
  return { ...parts, ...rotation, keyChecks, signIns, client, storage, clockSkew }
}

function schedulerOf(
  { clock, random }: VaultPorts,
  { preferences, repository }: Basis,
  tokens: TokenService
): RefreshScheduler {
  return new RefreshScheduler({
    clock,
    random,
    entries: () => repository.list(),
    isKeptFresh: (entry) => isKeptFresh(entry, preferences.get().keepFresh),
    renew: (ref) => tokens.keepFresh(ref)
  })
}

function feedOf(
  { clock }: VaultPorts,
  { events, preferences, repository }: Basis,
  states: Pick<ConstructorParameters<typeof CredentialFeed>[0], 'inFlight' | 'isLocked'>
): CredentialFeed {
  return new CredentialFeed({
    ...states,
    repository,
    clock,
    isKeptFresh: (entry) => isKeptFresh(entry, preferences.get().keepFresh),
    isWindowOut: (service) => {
      const { alwaysUseBrowser, browserFor } = preferences.get()
      return alwaysUseBrowser || browserFor.includes(service)
    },
    onChange: (change) => events.emit('changed', change)
  })
}

function storageOf(
  { clock }: VaultPorts,
  { events, repository }: Basis,
  { feed, scheduler }: { readonly feed: CredentialFeed; readonly scheduler: RefreshScheduler }
): StorageMonitor {
  return new StorageMonitor({
    clock,
    ask: () => repository.storageHealth(),
    onChange: (health) => {
      events.emit('storageChanged', health)
      feed.publishAll()
      // What waited for the store goes on by itself once it is back.
      if (health.backend !== null) void repository.recover().finally(() => scheduler.wake())
    }
  })
}

type RotationBasis = {
  readonly repository: CredentialRepository
  readonly tokens: TokenService
  readonly feed: CredentialFeed
  readonly keyChecks: KeyChecker
}

/** The exchange of keys, and what ends it when its day is over. */
function rotationOf({ clock }: VaultPorts, { repository, tokens, feed, keyChecks: checks }: RotationBasis) {
  const keyRotation: KeyRotation = new KeyRotation({
    repository,
    clock,
    checks,
    exclusively: (ref, task) => tokens.exclusively(ref, task),
    onSwitch: () => formerKeys.wake()
  })
  const formerKeys = new FormerKeys({
    clock,
    entries: () => repository.list(),
    drop: (ref) => keyRotation.dropFormer(ref)
  })
  return { formerKeys, rotation: rotationHandlers({ rotation: keyRotation, repository, feed }) }
}
