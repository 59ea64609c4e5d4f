import { type ClockSkew, skewSentence } from '#shared/clock-skew.ts'
import type { VaultEvents } from '#shared/ipc.ts'
import { CredentialFeed } from './core/credential-feed.ts'
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
import { SignInService } from './core/sign-in/sign-in-service.ts'
import { StorageMonitor } from './core/stores/storage-monitor.ts'
import { TokenService } from './core/tokens/token-service.ts'
import { homeLayout } from './config.ts'
import { watchClock } from './oauth/http/clock-skew.ts'
import { createKeyChecker } from './oauth/providers/key-checks.ts'
import { createOAuthClient } from './oauth/oauth-client.ts'
import { readOwnProviders } from './oauth/providers/own-providers.ts'
import { builtInProviders, providerDirectory, toProviderChoice } from './oauth/providers/providers.ts'
import { clientMark } from './storage/records/client-mark.ts'
import { StoreLock } from './storage/store-lock.ts'
import type { VaultPorts } from './vault-ports.ts'

export type Basis = {
  readonly events: Emitter<VaultEvents>
  readonly preferences: PreferenceService
  readonly repository: CredentialRepository
}

/** The services of a vault, wired to each other. */
export function createServices(
  ports: VaultPorts,
  { events, preferences, repository, journal }: Basis & { readonly journal: RefreshJournal }
) {
  const { clock, random } = ports
  const providers = providersOf(ports)
  const lock = new StoreLock({ dir: homeLayout(ports.config.home).locks })
  let skew: ClockSkew | null = null
  const oauth = createOAuthClient({
    fetch: watchClock(
      ports.fetch,
      () => clock.now(),
      (found) => {
        skew = found
        if (found !== null) ports.warn(skewSentence(found))
        events.emit('clockChanged', found)
      }
    ),
    now: () => clock.now(),
    allowLoopbackHttp: ports.config.insecureLoopbackIssuers
  })
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
  const feed = new CredentialFeed({
    repository,
    clock,
    inFlight: (ref) => tokens.inFlight(ref),
    isLocked: () => storage.last?.problem?.code === 'VAULT_LOCKED',
    isKeptFresh: (entry) => isKeptFresh(entry, preferences.get().keepFresh),
    isWindowOut: (service) => {
      const { alwaysUseBrowser, browserFor } = preferences.get()
      return alwaysUseBrowser || browserFor.includes(service)
    },
    onChange: (change) => events.emit('changed', change)
  })
  const scheduler = new RefreshScheduler({
    clock,
    random,
    entries: () => repository.list(),
    isKeptFresh: (entry) => isKeptFresh(entry, preferences.get().keepFresh),
    renew: (ref) => tokens.keepFresh(ref)
  })
  const rotation = rotationOf(ports, { repository, tokens, feed, keyChecks })
  const signIns = new SignInService({
    oauth,
    repository,
    exclusively: (ref, task) => tokens.exclusively(ref, task),
    surface: ports.surface,
    writeClipboard: ports.writeClipboard,
    clock,
    newAttemptId: ports.newId,
    providers,
    alwaysUseBrowser: () => preferences.get().alwaysUseBrowser,
    windowFailures: {
      has: (service) => preferences.get().browserFor.includes(service),
      add: (service) => preferences.useBrowserFor(service)
    },
    timeoutMs: ports.config.signInTimeout,
    onProgress: (progress) => events.emit('signInChanged', progress),
    onSaved: (entry) => {
      feed.publish(entry.ref)
      scheduler.wake()
    }
  })
  const client = clientHandlers({
    repository,
    tokens,
    feed,
    providers,
    clientMark,
    choices: providers.all.map((row) => toProviderChoice(row)),
    writeClipboard: ports.writeClipboard
  })
  const storage = new StorageMonitor({
    clock,
    ask: () => repository.storageHealth(),
    onChange: (health) => {
      events.emit('storageChanged', health)
      feed.publishAll()
      // What waited for the store goes on by itself once it is back.
      if (health.backend !== null) void repository.recover().finally(() => scheduler.wake())
    }
  })
  // A consent to encrypted files, given or taken back, changes what can be stored.
  events.on('preferencesChanged', () => storage.look())
  events.on('preferencesChanged', () => {
    feed.publishAll()
    scheduler.wake()
  })
  return {
    oauth,
    keyChecks,
    ...rotation,
    providers,
    tokens,
    feed,
    scheduler,
    signIns,
    client,
    storage,
    clockSkew: () => skew
  }
}

/** The built-in rows and the person's own. A file of theirs with a fault is told and costs nothing but its rows. */
function providersOf({ config, warn }: VaultPorts) {
  const own = readOwnProviders(homeLayout(config.home).providers, builtInProviders)
  if (own.problem !== null) warn(`${own.problem} Latchkey goes on with the providers it knows.`)
  return providerDirectory([...builtInProviders, ...own.rows])
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
