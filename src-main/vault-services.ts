import type { VaultEvents } from '#shared/ipc.ts'
import { CredentialFeed } from './core/credential-feed.ts'
import type { Emitter } from './core/emitter.ts'
import type { CredentialRepository } from './core/ports.ts'
import type { PreferenceService } from './core/preference-service.ts'
import { RefreshScheduler } from './core/refresh-scheduler.ts'
import { SignInService } from './core/sign-in-service.ts'
import { StorageMonitor } from './core/storage-monitor.ts'
import { TokenService } from './core/token-service.ts'
import { homeLayout } from './config.ts'
import { createOAuthClient } from './oauth/oauth-client.ts'
import { providerDirectory } from './oauth/providers.ts'
import { StoreLock } from './storage/store-lock.ts'
import type { VaultPorts } from './vault.ts'

export type Basis = {
  readonly events: Emitter<VaultEvents>
  readonly preferences: PreferenceService
  readonly repository: CredentialRepository
}

/** The services of a vault, wired to each other. */
export function createServices(ports: VaultPorts, { events, preferences, repository }: Basis) {
  const { clock, random } = ports
  const providers = providerDirectory()
  const lock = new StoreLock({ dir: homeLayout(ports.config.home).locks })
  const oauth = createOAuthClient({
    fetch: ports.fetch,
    now: () => clock.now(),
    allowLoopbackHttp: ports.config.insecureLoopbackIssuers
  })
  const tokens: TokenService = new TokenService({
    repository,
    oauth,
    clock,
    random,
    lock,
    onChange: (ref) => feed.publish(ref)
  })
  const feed = new CredentialFeed({
    repository,
    clock,
    inFlight: (ref) => tokens.inFlight(ref),
    onChange: (change) => events.emit('changed', change)
  })
  const scheduler = new RefreshScheduler({
    clock,
    random,
    entries: () => repository.list(),
    renew: (ref) => tokens.keepFresh(ref)
  })
  const signIns = new SignInService({
    oauth,
    repository,
    exclusively: (ref, task) => tokens.exclusively(ref, task),
    surface: ports.surface,
    clock,
    newAttemptId: ports.newId,
    providers,
    alwaysUseBrowser: () => preferences.get().alwaysUseBrowser,
    timeoutMs: ports.config.signInTimeout,
    onProgress: (progress) => events.emit('signInChanged', progress),
    onSaved: (entry) => {
      feed.publish(entry.ref)
      scheduler.wake()
    }
  })
  const storage = new StorageMonitor({
    ask: () => repository.storageHealth(),
    onChange: (health) => events.emit('storageChanged', health)
  })
  // A consent to encrypted files, given or taken back, changes what can be stored.
  events.on('preferencesChanged', () => storage.look())
  return { oauth, providers, tokens, feed, scheduler, signIns, storage }
}
