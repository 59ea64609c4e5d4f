import { CredentialFeed } from '../core/list/credential-feed.ts'
import { FormerKeys } from '../core/keys/former-keys.ts'
import { isKeptFresh } from '../core/tokens/keep-fresh.ts'
import { KeyRotation } from '../core/keys/key-rotation.ts'
import type { CredentialRepository, KeyChecker } from '../core/ports.ts'
import type { Catalog } from '../storage/catalog/catalog.ts'
import { RefreshScheduler } from '../core/tokens/refresh-scheduler.ts'
import { StorageMonitor } from '../core/stores/storage-monitor.ts'
import { TokenService } from '../core/tokens/token-service.ts'
import { createKeyChecker } from '../oauth/providers/key-checks.ts'
import { toProviderChoice } from '../oauth/providers/providers.ts'
import { clientMark } from '../storage/records/credential-codec.ts'
import { StoreLock } from '../storage/store/store-lock.ts'
import type { VaultPorts, Basis } from './vault-ports.ts'
import { oauthOf, providersOf, signInsOf } from './sign-ins.ts'
import { homeLayout } from '../home/home-layout.ts'

type ServiceBasis = Basis & { readonly catalog: Pick<Catalog, 'refreshes' | 'onChange'> }

/** The services of a vault, wired to each other. */
export type Services = ReturnType<typeof createServices>

export function createServices(ports: VaultPorts, basis: ServiceBasis) {
  const { clock, random } = ports
  const { events, repository, catalog } = basis
  const directory = providersOf(ports)
  const lock = new StoreLock({ dir: homeLayout(ports.config.home).locks })
  const { oauth, clockSkew } = oauthOf(ports, events)
  const keyChecks = createKeyChecker(ports.fetch)
  const tokens: TokenService = new TokenService({
    repository,
    oauth,
    journal: catalog.refreshes,
    clientMark,
    clock,
    random,
    lock,
    onRefreshing: (ref) => feed.publish(ref)
  })
  const feed: CredentialFeed = feedOf(ports, basis, {
    inFlight: (ref) => tokens.inFlight(ref),
    isLocked: () => storage.last?.problem?.code === 'VAULT_LOCKED'
  })
  const scheduler = schedulerOf(ports, basis, tokens)
  const keys = keysOf(ports, { repository, tokens, keyChecks })
  const parts = { oauth, directory, tokens, feed, scheduler }
  const signIns = signInsOf(ports, basis, parts)
  const storage = storageOf(ports, basis, { feed, scheduler })
  catalog.onChange((ref) => (ref === null ? feed.publishAll() : feed.publish(ref)))
  // A consent to encrypted files, given or taken back, changes what can be stored.
  events.on('preferencesChanged', () => {
    storage.look()
    feed.publishAll()
    scheduler.wake()
  })
  const choices = directory.all.map((row) => toProviderChoice(row))
  return { ...parts, ...keys, keyChecks, signIns, storage, clockSkew, choices, clientMark }
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
      // Work that waited for the store continues by itself once the store is back.
      if (health.backend !== null) void repository.recover().finally(() => scheduler.wake())
    }
  })
}

type KeyBasis = {
  readonly repository: CredentialRepository
  readonly tokens: TokenService
  readonly keyChecks: KeyChecker
}

/** The rotation of keys, and the service that drops a former key when its day has come. */
function keysOf({ clock }: VaultPorts, { repository, tokens, keyChecks: checks }: KeyBasis) {
  const rotation: KeyRotation = new KeyRotation({
    repository,
    clock,
    checks,
    exclusively: (ref, task) => tokens.exclusively(ref, task),
    onSwitch: () => formerKeys.wake()
  })
  const formerKeys = new FormerKeys({
    clock,
    entries: () => repository.list(),
    drop: (ref) => rotation.dropFormer(ref)
  })
  return { formerKeys, rotation }
}
