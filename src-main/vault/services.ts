import type { ClockSkew } from '#shared/clock-skew.ts'
import { skewSentence } from '#shared/skew-words.ts'
import { credentialKey } from '#shared/credential.ts'
import { CredentialFeed } from '../core/list/credential-feed.ts'
import { FormerKeys } from '../core/keys/former-keys.ts'
import { isKeptFresh } from '../core/tokens/lifetime.ts'
import { KeyRotation } from '../core/keys/key-rotation.ts'
import type { CredentialRepository, KeyChecker } from '../core/ports.ts'
import type { Catalog } from '../storage/catalog/catalog.ts'
import { Removals } from '../core/removals.ts'
import { RefreshScheduler } from '../core/tokens/refresh-scheduler.ts'
import { StorageMonitor } from '../core/stores/storage-monitor.ts'
import { TokenService } from '../core/tokens/token-service.ts'
import { createKeyChecker } from '../oauth/providers/key-checks.ts'
import { toProviderChoice, builtInProviders, providerDirectory } from '../oauth/providers/providers.ts'
import { clientMark } from '../storage/records/credential-codec.ts'
import { StoreLock } from '../storage/store/store-lock.ts'
import { homeLayout } from '../home/home-layout.ts'
import { SignInService } from '../core/sign-in/sign-in-service.ts'
import { watchClock } from '../oauth/http/guarded-fetch.ts'
import { createOAuthClient } from '../oauth/oauth-client.ts'
import type { OAuthClient } from '../core/oauth-client.ts'
import type { CatalogEntry } from '../core/credential-record.ts'
import type { VaultPorts, Basis } from './vault-ports.ts'
import { ownProvidersIn } from './own-providers.ts'

type ServiceBasis = Basis & { readonly catalog: Pick<Catalog, 'refreshes' | 'onChange'> }

/** The services of a vault, wired to each other. */
export type Services = ReturnType<typeof createServices>

export function createServices(ports: VaultPorts, basis: ServiceBasis) {
  const { clock, random } = ports
  const { events, preferences, repository, catalog } = basis
  const directory = providersOf(ports)
  const lock = new StoreLock({ dir: homeLayout(ports.config.home).locks })
  const { oauth, clockSkew } = oauthOf(ports, events)
  const keyChecks = createKeyChecker(ports.fetch)
  const feed = new CredentialFeed({
    clock,
    repository,
    preferences,
    onChange: (change) => events.emit('changed', change)
  })
  const tokens = new TokenService({
    repository,
    oauth,
    journal: catalog.refreshes,
    clientMark,
    clock,
    random,
    lock,
    onRefreshing: (ref, since) => feed.refreshing(ref, since)
  })
  const scheduler = schedulerOf(ports, basis, tokens)
  const keys = keysOf(ports, { repository, tokens, keyChecks })
  const removals = new Removals({ clock, repository, tokens })
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
  return { ...parts, ...keys, keyChecks, removals, signIns, storage, clockSkew, choices, clientMark }
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
      const isLocked = health.problem?.code === 'VAULT_LOCKED'
      feed.locked(isLocked)
      // Work that waited for the store continues on its own once the store is back.
      if (health.backend !== null && !isLocked) void repository.recover().finally(() => scheduler.wake())
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

/**
 * The directory of the built-in rows and the person's own. A fault in the person's file is reported and costs
 * only its rows.
 */
function providersOf({ config, warn }: VaultPorts) {
  const own = ownProvidersIn(config.home)
  if (own.problem !== null) warn(`${own.problem} Latchkey still uses the providers that it knows.`)
  return providerDirectory([...builtInProviders, ...own.rows])
}

/** The OAuth client, and the skew of this computer's clock from the providers'; null: none, or unknown. */
function oauthOf(ports: VaultPorts, events: Basis['events']) {
  const now = (): Date => ports.clock.now()
  let skew: ClockSkew | null = null
  const onSkew = (found: ClockSkew | null): void => {
    skew = found
    if (found !== null) ports.warn(skewSentence(found))
    events.emit('clockChanged', found)
  }
  const oauth = createOAuthClient({
    fetch: watchClock(ports.fetch, now, onSkew),
    now,
    allowLoopbackHttp: ports.config.insecureLoopbackIssuers,
    ...(ports.addressesOf && { addressesOf: ports.addressesOf })
  })
  return { oauth, clockSkew: () => skew }
}

type SignInBasis = {
  readonly oauth: OAuthClient
  readonly directory: ReturnType<typeof providersOf>
  readonly tokens: TokenService
  readonly scheduler: RefreshScheduler
}

/** Creates the sign-in service; the refresh of a saved sign-in is planned at once. */
function signInsOf(
  ports: VaultPorts,
  { events, preferences, repository }: Basis,
  { oauth, directory, tokens, scheduler }: SignInBasis
): SignInService {
  return new SignInService({
    oauth,
    repository,
    exclusively: (ref, task) => tokens.exclusively(ref, task),
    surface: ports.surface,
    writeClipboard: ports.writeClipboard,
    clock: ports.clock,
    newAttemptId: ports.newId,
    providers: directory,
    alwaysUseBrowser: () => preferences.get().alwaysUseBrowser,
    windowFailures: {
      has: (service) => preferences.get().browserFor.includes(service),
      add: (service) => preferences.useBrowserFor(service)
    },
    timeoutMs: ports.config.signInTimeout,
    onProgress: (progress) => events.emit('signInChanged', progress),
    onDismissed: (attempt) => events.emit('signInDismissed', { attempt }),
    onSaved: () => scheduler.wake()
  })
}

type Watched = {
  readonly catalog: Pick<Catalog, 'onChange'>
  readonly repository: Pick<CredentialRepository, 'find' | 'isSetAside' | 'list'>
}

type Watcher = {
  /**
   * A credential was removed or set aside, or another API key took its place: what was sent with it before has to end.
   */
  readonly onReplaced: (key: string) => void
  /** A credential was removed. Called after `onReplaced`. */
  readonly onRemoved: (key: string) => void
}

/** Tells of credentials that are used no longer, by their keys. Returns the function that ends this. */
export function watchCredentials({ catalog, repository }: Watched, watcher: Watcher): () => void {
  const marks = new Map(repository.list().map((entry) => [credentialKey(entry.ref), keyMark(entry)]))
  return catalog.onChange((ref) => {
    if (ref === null) return
    // What was allowed for it comes back with it.
    if (repository.isSetAside(ref)) return watcher.onReplaced(credentialKey(ref))
    const [key, entry] = [credentialKey(ref), repository.find(ref)]
    const [before, now] = [marks.get(key) ?? null, entry === null ? null : keyMark(entry)]
    if (entry === null) marks.delete(key)
    else marks.set(key, now)
    if (entry === null || before !== now) watcher.onReplaced(key)
    if (entry === null) watcher.onRemoved(key)
  })
}

/** Changes when another API key takes the place of the one in use. Null: tokens change on their own. */
const keyMark = ({ kind, masked, obtainedAt }: CatalogEntry): string | null =>
  kind === 'api-key' ? `${obtainedAt.toISOString()} ${masked}` : null
