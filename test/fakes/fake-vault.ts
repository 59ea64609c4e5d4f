import { parse } from 'valibot'
import type { VaultBridge, VaultRequestHandlers } from '#shared/bridge.ts'
import { type CredentialRef, type CredentialSummary, credentialKey } from '#shared/credential.ts'
import {
  vaultEvents,
  type VaultEventName,
  type VaultEvents,
  type VaultRequestName,
  vaultRequests,
  type VaultSnapshot
} from '#shared/ipc.ts'
import type { CredentialPage } from '#shared/credential-list.ts'
import { readLayout } from '#shared/layout.ts'
import { labelsOrNull } from '#shared/entry-labels.ts'
import { CredentialOrder } from '#shared/list-order.ts'
import { pack } from '#shared/packed-list.ts'
import type { Preferences } from '#shared/preferences.ts'
import { type Problem, type ProblemCode, toProblem, VaultError } from '#shared/problem.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { CatalogEntry } from '../../src-main/core/credential-record.ts'
import type { OAuthClient } from '../../src-main/core/oauth-client.ts'
import { activityHandlers } from '../../src-main/core/requests/activity-requests.ts'
import { proposalHandlers } from '../../src-main/core/requests/proposal-requests.ts'
import { doctorHandlers } from '../../src-main/core/requests/doctor-requests.ts'
import { lockHandlers } from '../../src-main/core/requests/lock-requests.ts'
import { relayHandlers } from '../../src-main/core/requests/relay-requests.ts'
import { removalHandlers } from '../../src-main/core/requests/removal-requests.ts'
import { rotationHandlers } from '../../src-main/core/requests/rotation-requests.ts'
import { signInHandlers } from '../../src-main/core/requests/sign-in-requests.ts'
import { signOutNoteHandlers } from '../../src-main/core/requests/sign-out-note-requests.ts'
import { storeHandlers } from '../../src-main/core/requests/store-requests.ts'
import { transferHandlers, type VaultDialogs } from '../../src-main/core/requests/transfer-requests.ts'
import { unlistedHandlers } from '../../src-main/core/requests/unlisted-requests.ts'
import { credentialShower } from '../../src-main/core/requests/shown-credential.ts'
import { windowHandlers } from '../../src-main/core/requests/window-requests.ts'
import { type ActivitySeed, type FakeActivity, fakeActivity, noActivity } from './fake-activity.ts'
import { fakeClient } from './fake-client.ts'
import { fakeDoctorReport } from './fake-doctor.ts'
import { fakeLock } from './fake-lock.ts'
import { fakeRelays } from './fake-relays.ts'
import { fakeRemovals } from './fake-removals.ts'
import { fakeRotation } from './fake-rotation.ts'
import { fakeSignIns } from './fake-sign-ins.ts'
import { type FakeSignOuts, fakeSignOuts } from './fake-sign-outs.ts'
import { fakeStores } from './fake-stores.ts'
import { keySummary, refreshedSummary } from './fake-summaries.ts'
import { type FakeTransfer, fakeTransfer } from './fake-transfer.ts'

/**
 * A main process in memory: every request passes the same schemas on both sides, and no answer holds a
 * secret.
 */
export type FakeVault = {
  readonly bridge: VaultBridge
  /** Names and arguments of every request, for a test to look at. */
  readonly calls: readonly { readonly name: VaultRequestName; readonly args: readonly unknown[] }[]
  readonly emit: <Name extends VaultEventName>(name: Name, value: VaultEvents[Name]) => void
  /** Makes the next request of that name fail with that code; for `startSignIn` the next retry fails, too. */
  readonly failNext: (name: VaultRequestName, code: ProblemCode) => void
  readonly upsert: (credentials: readonly CredentialSummary[]) => void
  readonly remove: (ids: readonly string[]) => void
  readonly setStorage: (storage: StorageHealth) => void
  /** Sets the result of the next probe of the store. */
  readonly setNextStorage: (storage: StorageHealth) => void
  readonly setSignIn: (progress: SignInProgress) => void
  readonly setSignOuts: (notes: VaultSnapshot['signOuts']) => void
  /**
   * Sets the number of entries that are in the store and not in the list; taking them back changes only this
   * number.
   */
  readonly setUnlisted: (count: number) => void
  readonly credentials: () => readonly CredentialSummary[]
  /** Choices of the person in dialogs of the system, and the recovery key. */
  readonly transfer: FakeTransfer
  readonly activity: Pick<FakeActivity, 'append' | 'setReport'>
  /** Ends the relays of the window, as a lock does. */
  readonly endRelays: () => void
}

export type FakeSeed = Omit<
  VaultSnapshot,
  | 'revision'
  | 'credentials'
  | 'total'
  | 'signIns'
  | 'version'
  | 'move'
  | 'clock'
  | 'signOuts'
  | 'unlisted'
  | 'hasTray'
  | 'lock'
  | 'layout'
> & {
  /** Default: as at the first start. */
  readonly layout?: VaultSnapshot['layout']
  readonly credentials: readonly CredentialSummary[]
  /** Default: true. */
  readonly hasTray?: boolean
  readonly delay?: number
  readonly snapshotFails?: ProblemCode
  /** A move that a crash left. */
  readonly move?: VaultSnapshot['move']
  /** Default: no program has ever asked. */
  readonly activity?: ActivitySeed
}

const listOrder = new CredentialOrder()

type World = {
  revision: number
  readonly credentials: Map<string, CredentialSummary>
  readonly signIns: Map<string, SignInProgress>
  storage: StorageHealth
  nextStorage: StorageHealth | null
  preferences: Preferences
  layout: VaultSnapshot['layout']
  unlisted: number
}

export function fakeVault(seed: FakeSeed): FakeVault {
  const world: World = {
    revision: 1,
    credentials: new Map(seed.credentials.map((each) => [each.id, each])),
    signIns: new Map(),
    storage: seed.storage,
    nextStorage: null,
    preferences: seed.preferences,
    layout: seed.layout ?? readLayout(null),
    unlisted: 0
  }
  const calls: { name: VaultRequestName; args: readonly unknown[] }[] = []
  const failures = new Map<VaultRequestName, ProblemCode>()
  if (seed.snapshotFails !== undefined) failures.set('getSnapshot', seed.snapshotFails)
  const listeners = new Map<VaultEventName, Set<(value: never) => void>>()

  function emit<Name extends VaultEventName>(name: Name, value: VaultEvents[Name]): void {
    const checked = parse(vaultEvents[name], structuredClone(value))
    for (const listener of listeners.get(name) ?? []) listener(checked as never)
  }
  function upsert(credentials: readonly CredentialSummary[]): void {
    for (const credential of credentials) world.credentials.set(credential.id, credential)
    world.revision += 1
    emit('changed', { revision: world.revision, upserted: pack(credentials), removed: [] })
  }
  function remove(ids: readonly string[]): void {
    for (const id of ids) world.credentials.delete(id)
    world.revision += 1
    emit('changed', { revision: world.revision, upserted: [], removed: [...ids] })
  }
  function setStorage(storage: StorageHealth): void {
    world.storage = storage
    emit('storageChanged', storage)
  }
  function setUnlisted(count: number): void {
    world.unlisted = count
    emit('unlistedChanged', { count })
  }
  function setSignIn(progress: SignInProgress): void {
    world.signIns.set(progress.attempt, progress)
    emit('signInChanged', progress)
  }

  const { transfer, dialogs, control } = fakeTransfer({
    find: (id) => world.credentials.get(id) ?? null,
    all: () => [...world.credentials.values()],
    store: (key) => upsert([keySummary(key, world.storage.backend ?? 'memory')])
  })
  const stores = fakeStores({
    entries: () => world.credentials.size,
    storage: () => world.storage,
    setStorage,
    tell: (told) => emit('moveChanged', told),
    start: seed.move ?? null
  })
  const signOuts = fakeSignOuts((all) => emit('signOutsChanged', all))
  const activity = fakeActivity(seed.activity ?? noActivity, {
    tell: (seq) => emit('activityChanged', { seq }),
    show: credentialShower({
      repository: { find: (ref) => world.credentials.get(credentialKey(ref)) ?? null },
      directory: { find: (service) => seed.providers.find(({ id }) => id === service) ?? null }
    })
  })
  const relays = fakeRelays({ find: (id) => found(world, id), tell: () => emit('relaysChanged', {}) })
  const handlers = createHandlers({
    activity,
    relays,
    signOuts,
    stores,
    transfer,
    dialogs,
    world,
    seed,
    emit,
    upsert,
    remove,
    setSignIn,
    setStorage,
    setUnlisted,
    takeFailure
  })
  function takeFailure(name: VaultRequestName): ProblemCode | null {
    const failure = failures.get(name) ?? null
    failures.delete(name)
    return failure
  }
  async function request(name: VaultRequestName, args: readonly unknown[]): Promise<unknown> {
    if ((seed.delay ?? 0) > 0) await new Promise((resolve) => setTimeout(resolve, seed.delay))
    calls.push({ name, args: structuredClone(args) })
    const failure = takeFailure(name)
    try {
      if (failure !== null) throw new VaultError(failure)
      const input = parse(vaultRequests[name].input, structuredClone(args))
      const handler = handlers[name] as (...args: readonly unknown[]) => Promise<unknown>
      const value = parse(vaultRequests[name].output, structuredClone(await handler(...input)))
      return { ok: true, value }
    } catch (error) {
      const known = error instanceof VaultError ? error : new VaultError('INVALID_REQUEST')
      return { ok: false, problem: toProblem(known) satisfies Problem }
    }
  }

  const requests = Object.fromEntries(
    (Object.keys(vaultRequests) as VaultRequestName[]).map((name) => [
      name,
      (...args: readonly unknown[]) => request(name, args)
    ])
  )
  function on(name: VaultEventName, listener: (value: never) => void): () => void {
    const all = listeners.get(name) ?? new Set()
    listeners.set(name, all.add(listener))
    return () => all.delete(listener)
  }
  return {
    bridge: { ...requests, on } as unknown as VaultBridge,
    calls,
    emit,
    failNext: (name, code) => failures.set(name, code),
    upsert,
    remove,
    setStorage,
    setNextStorage: (storage) => {
      world.nextStorage = storage
    },
    setSignIn,
    setSignOuts: signOuts.set,
    setUnlisted,
    credentials: () => [...world.credentials.values()],
    transfer: control,
    activity,
    endRelays: relays.end
  }
}

type HandlerPorts = Pick<
  FakeVault,
  'emit' | 'upsert' | 'remove' | 'setSignIn' | 'setStorage' | 'setUnlisted'
> & {
  readonly world: World
  readonly seed: FakeSeed
  readonly takeFailure: (name: VaultRequestName) => ProblemCode | null
  readonly transfer: ReturnType<typeof fakeTransfer>['transfer']
  readonly dialogs: VaultDialogs
  readonly stores: ReturnType<typeof fakeStores>
  readonly signOuts: FakeSignOuts
  readonly activity: FakeActivity
  readonly relays: ReturnType<typeof fakeRelays>
}

/**
 * The vault's own handlers over ports in memory. Requests that read or write the secret of a credential are answered
 * here: the window's specs begin with summaries, and there is no record behind them.
 */
function createHandlers(ports: HandlerPorts): VaultRequestHandlers {
  const { world, seed, emit, upsert, transfer, dialogs, stores, signOuts } = ports
  const find = (id: string): CredentialSummary => found(world, id)
  const summary = (ref: CredentialRef) => world.credentials.get(credentialKey(ref)) ?? null
  const feed = {
    page: (most: number = Infinity) => pageOf(world, most),
    summary
  }
  const repository = {
    // Only its being there counts for the requests below.
    find: (ref: CredentialRef) => (summary(ref) === null ? null : ({ ref } as CatalogEntry)),
    recover: () => Promise.resolve(),
    list: () => [],
    load: () => Promise.resolve(null)
  }
  const signIns = fakeSignIns({
    ...ports,
    signIns: world.signIns,
    find,
    onDismissed: (attempt) => emit('signInDismissed', { attempt }),
    preferences: () => world.preferences,
    providers: seed.providers,
    backend: () => world.storage.backend ?? 'memory',
    takeStartFailure: () => ports.takeFailure('startSignIn')
  })
  const outside = {
    writeClipboard: () => Promise.resolve(),
    outlet: { copy: () => Promise.resolve() },
    openInBrowser: () => Promise.resolve()
  }
  const storage = storageOf(ports)
  const removals = fakeRemovals({ credentials: world.credentials, upsert, remove: ports.remove })
  const lock = fakeLock({
    beforeLock: () => removals.finish(),
    storage: () => world.storage,
    setStorage: ports.setStorage,
    tell: (state) => emit('lockChanged', state)
  })
  return {
    ...windowHandlers({
      ...outside,
      feed,
      repository,
      signIns,
      lock,
      signOuts,
      storage,
      stores,
      unlisted: {
        get count() {
          return world.unlisted
        }
      },
      clockSkew: () => null,
      directory: { find: () => ({ help: 'https://help.example.test/' }) },
      choices: seed.providers,
      preferences: {
        get: () => world.preferences,
        set: (preferences) => {
          world.preferences = preferences
          emit('preferencesChanged', preferences)
        }
      },
      layout: {
        get: () => world.layout,
        set: (layout) => void (world.layout = layout)
      },
      hasTray: () => seed.hasTray ?? true,
      version: '0.1.0'
    }),
    ...signInHandlers({ ...outside, oauth: { discover, findMcpServer }, repository, signIns }),
    ...signOutNoteHandlers({ ...outside, signOuts }),
    ...rotationHandlers({ rotation: fakeRotation({ find, upsert }), repository, feed }),
    ...doctorHandlers({
      ...outside,
      doctor: {
        run: async ({ readEntries }) => fakeDoctorReport(readEntries, true, signOuts.rows()),
        fix: async ({ readEntries }) => fakeDoctorReport(readEntries, false, signOuts.rows())
      }
    }),
    ...storeHandlers({ stores }),
    ...lockHandlers({ lock }),
    ...transferHandlers({
      activity: ports.activity.ports,
      clock: { now: () => new Date() },
      dialogs,
      transfer
    }),
    ...unlistedHandlers({ unlisted: unlistedOf(ports) }),
    ...activityHandlers({ ...outside, activity: ports.activity.ports }),
    ...relayHandlers({ ...outside, repository, relays: ports.relays }),
    ...proposalHandlers({ activity: ports.activity.ports }),
    ...fakeClient({ find, upsert, providers: seed.providers }),
    ...credentialFakes(ports),
    ...removalHandlers({ removals, repository })
  }
}

function pageOf({ credentials, revision }: World, most: number): CredentialPage {
  const all = [...credentials.values()]
  const shown = all.length <= most ? all : listOrder.sorted(all, 'attention').slice(0, most)
  return { revision, credentials: pack(shown), total: all.length }
}

function found(world: World, id: string): CredentialSummary {
  const credential = world.credentials.get(id)
  if (credential === undefined) throw new VaultError('UNKNOWN_SERVICE')
  return credential
}

function storageOf({ world, setStorage }: Pick<HandlerPorts, 'world' | 'setStorage'>) {
  return {
    health: async () => world.storage,
    check: async () => {
      if (world.nextStorage !== null) setStorage(world.nextStorage)
      world.nextStorage = null
      return world.storage
    }
  }
}

function unlistedOf({ world, setUnlisted }: Pick<HandlerPorts, 'world' | 'setUnlisted'>) {
  return {
    takeBack: async () => {
      const taken = world.unlisted
      setUnlisted(0)
      return { taken, left: 0 }
    }
  }
}

type SecretRequests =
  | 'addApiKey'
  | 'checkNow'
  | 'copySecret'
  | 'refresh'
  | 'refreshAll'
  | 'setLabels'
  | 'remove'
  | 'showSecret'
  | 'signOut'

function credentialFakes({
  world,
  upsert,
  remove,
  signOuts
}: HandlerPorts): Pick<VaultRequestHandlers, SecretRequests> {
  return {
    addApiKey: async (request) => {
      const id = credentialKey(request)
      if (world.credentials.has(id) && !request.replace) throw new VaultError('INVALID_REQUEST')
      if (world.storage.backend === null) throw new VaultError('KEYCHAIN_UNAVAILABLE')
      const summary = keySummary(request, world.storage.backend)
      upsert([summary])
      return summary
    },
    refresh: async (id) => {
      const fresh = refreshedSummary(found(world, id))
      upsert([fresh])
      return fresh
    },
    refreshAll: async () => {
      const all = [...world.credentials.values()].filter(({ renewable }) => renewable)
      upsert(all.filter(({ status }) => status.kind !== 'needs-sign-in').map(refreshedSummary))
      const failed = all.filter(({ status }) => status.kind === 'needs-sign-in').length
      return { refreshed: all.length - failed, failed }
    },
    setLabels: async (id, labels) => {
      const changed = { ...found(world, id), labels: labels && labelsOrNull(labels) }
      upsert([changed])
      return changed
    },
    copySecret: async (id) => {
      found(world, id)
      return null
    },
    showSecret: async (id) => {
      found(world, id)
      return null
    },
    checkNow: async (id) => {
      const works = found(world, id).status.kind === 'valid'
      const text = works ? 'The provider answered 200.' : 'The provider answered 401.'
      return { works, text, checkedAt: new Date().toISOString() }
    },
    signOut: async (id) => {
      const { service, name, account } = found(world, id)
      remove([id])
      if (service === 'github') return { removed: true, revoked: 'yes', isNoted: false }
      const page = 'https://sso.example.net/account'
      signOuts.add({ name, account, host: 'sso.example.net', page, at: new Date() })
      return { removed: true, revoked: 'unsupported', isNoted: true }
    },
    remove: async (id) => {
      found(world, id)
      remove([id])
      return null
    }
  }
}

const discover: OAuthClient['discover'] = async (issuer) => {
  if (issuer.includes('unreachable')) throw new VaultError('PROVIDER_UNREACHABLE')
  const bad = issuer.includes('bad')
  return {
    issuer,
    authorizationHost: new URL(issuer).host,
    redirectUri: 'http://127.0.0.1/callback/5f2c1e90ab34d786',
    namesIssuer: false,
    checks: [
      { ok: true, text: 'The server answers over a secure connection' },
      { ok: !bad, text: 'The issuer in its answer is the address you entered' },
      { ok: true, text: 'It offers the authorization code flow with PKCE (S256)' },
      { ok: true, text: 'It can renew sign-ins (offline_access)' }
    ],
    notes: ['The sign-in page is on another host than the issuer'],
    scopes: ['openid', 'profile', 'email', 'offline_access', 'roles', 'groups'],
    revocation: true
  }
}

const findMcpServer: OAuthClient['findMcpServer'] = async (server) => {
  if (server.includes('unreachable')) throw new VaultError('PROVIDER_UNREACHABLE')
  return {
    resource: server,
    issuer: 'https://sso.example.net',
    authorizationHost: 'sso.example.net',
    redirectUri: 'http://127.0.0.1/callback',
    namesIssuer: true,
    asked: null,
    supported: ['tools:read'],
    offline: ['offline_access'],
    isOlderProfile: server.includes('older'),
    registers: !server.includes('closed')
  }
}
