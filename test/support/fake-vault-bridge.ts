import { parse } from 'valibot'
import type { VaultBridge, VaultRequestHandlers } from '#shared/bridge.ts'
import { type CredentialSummary, credentialKey } from '#shared/credential.ts'
import type { DoctorCheckId, DoctorReport, DoctorRow, DoctorState } from '#shared/doctor.ts'
import {
  vaultEvents,
  type VaultEventName,
  type VaultEvents,
  type VaultRequestName,
  vaultRequests,
  type VaultSnapshot
} from '#shared/ipc.ts'
import type { Preferences } from '#shared/preferences.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { type Problem, type ProblemCode, toProblem, VaultError } from '#shared/problem.ts'
import { createFakeTransfer, type FakeTransfer } from './fake-transfer.ts'
import { fakeClient } from './fake-client.ts'
import { fakePassword } from './fake-password.ts'
import { fakeRetry } from './fake-retry.ts'
import { fakeRotation } from './fake-rotation.ts'
import { fakeSignOuts } from './fake-sign-outs.ts'
import { fakeStores } from './fake-stores.ts'

/** A main process in memory: the same schemas on both sides of every request, no secret in what it answers. */
export type FakeVault = {
  readonly bridge: VaultBridge
  /** Names and arguments of every request, for a test to look at. */
  readonly calls: readonly { readonly name: VaultRequestName; readonly args: readonly unknown[] }[]
  readonly emit: <Name extends VaultEventName>(name: Name, value: VaultEvents[Name]) => void
  /** The next request of that name fails with that code; of `startSignIn`, also the next retry can not be started. */
  readonly failNext: (name: VaultRequestName, code: ProblemCode) => void
  readonly upsert: (credentials: readonly CredentialSummary[]) => void
  readonly remove: (ids: readonly string[]) => void
  readonly setStorage: (storage: StorageHealth) => void
  /** What the next probe of the store finds. */
  readonly setNextStorage: (storage: StorageHealth) => void
  readonly setSignIn: (progress: SignInProgress) => void
  readonly setSignOuts: (notes: VaultSnapshot['signOuts']) => void
  /** So many are in the store and not in the list; to take them back changes the number alone. */
  readonly setUnlisted: (count: number) => void
  readonly credentials: () => readonly CredentialSummary[]
  /** What the person chooses in dialogs of the system, and the recovery key. */
  readonly transfer: FakeTransfer
}

export type FakeSeed = Omit<
  VaultSnapshot,
  'revision' | 'signIns' | 'version' | 'move' | 'clock' | 'signOuts' | 'unlisted' | 'hasTray'
> & {
  /** Default: there is one. */
  readonly hasTray?: boolean
  readonly delay?: number
  readonly snapshotFails?: ProblemCode
  /** What a crash left of a move. */
  readonly move?: VaultSnapshot['move']
}

type World = {
  revision: number
  readonly credentials: Map<string, CredentialSummary>
  readonly signIns: Map<string, SignInProgress>
  storage: StorageHealth
  nextStorage: StorageHealth | null
  preferences: Preferences
  attempts: number
  unlisted: number
}

const MINUTES_TO_SIGN_IN = 5
const MINUTE = 60_000

export function createFakeVault(seed: FakeSeed): FakeVault {
  const world: World = {
    revision: 1,
    credentials: new Map(seed.credentials.map((each) => [each.id, each])),
    signIns: new Map(),
    storage: seed.storage,
    nextStorage: null,
    preferences: seed.preferences,
    attempts: 0,
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
    emit('changed', { revision: world.revision, upserted: [...credentials], removed: [] })
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

  const transfer = createFakeTransfer({
    find: (id) => world.credentials.get(id) ?? null,
    all: () => [...world.credentials.values()],
    store: (key) => upsert([keySummary(key, world.storage.backend ?? 'memory')])
  })
  const { move, ...stores } = fakeStores({
    entries: () => world.credentials.size,
    storage: () => world.storage,
    setStorage,
    tell: (told) => emit('moveChanged', told),
    start: seed.move ?? null
  })
  const signOuts = fakeSignOuts((all) => emit('signOutsChanged', all))
  const handlers = createHandlers({
    signOuts,
    move,
    stores,
    transfer: transfer.handlers,
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
    transfer: transfer.control
  }
}

type HandlerPorts = Pick<
  FakeVault,
  'emit' | 'upsert' | 'remove' | 'setSignIn' | 'setStorage' | 'setUnlisted'
> & {
  readonly world: World
  readonly seed: FakeSeed
  readonly takeFailure: (name: VaultRequestName) => ProblemCode | null
  readonly transfer: ReturnType<typeof createFakeTransfer>['handlers']
  readonly stores: Omit<ReturnType<typeof fakeStores>, 'move'>
  readonly move: ReturnType<typeof fakeStores>['move']
  readonly signOuts: ReturnType<typeof fakeSignOuts>
}

function createHandlers(ports: HandlerPorts): VaultRequestHandlers {
  return {
    ...ports.stores,
    ...ports.signOuts.handlers,
    takeBackUnlisted: async () => {
      const taken = ports.world.unlisted
      ports.setUnlisted(0)
      return { taken, left: 0 }
    },
    ...fakeRotation({ find: (id) => found(ports.world, id), upsert: ports.upsert }),
    ...fakeClient({
      find: (id) => found(ports.world, id),
      upsert: ports.upsert,
      providers: ports.seed.providers
    }),
    ...ports.transfer,
    ...listHandlers(ports),
    ...signInHandlers(ports),
    ...storageHandlers(ports)
  }
}

function found(world: World, id: string): CredentialSummary {
  const credential = world.credentials.get(id)
  if (credential === undefined) throw new VaultError('UNKNOWN_SERVICE')
  return credential
}

type ListNames =
  | 'getSnapshot'
  | 'addApiKey'
  | 'refresh'
  | 'refreshAll'
  | 'checkNow'
  | 'signOut'
  | 'remove'
  | 'copyAccount'
  | 'openHelp'
  | 'copyRedirectUri'

function listHandlers({
  world,
  seed,
  upsert,
  remove,
  move,
  signOuts
}: HandlerPorts): Pick<VaultRequestHandlers, ListNames> {
  return {
    getSnapshot: async () => ({
      revision: world.revision,
      credentials: [...world.credentials.values()],
      storage: world.storage,
      clock: null,
      signOuts: signOuts.all(),
      unlisted: world.unlisted,
      move: move(),
      signIns: [...world.signIns.values()],
      providers: seed.providers,
      preferences: world.preferences,
      hasTray: seed.hasTray ?? true,
      version: '0.1.0'
    }),
    addApiKey: async (request) => {
      const id = credentialKey(request)
      if (world.credentials.has(id) && !request.replace) throw new VaultError('INVALID_REQUEST')
      if (world.storage.backend === null) throw new VaultError('KEYCHAIN_UNAVAILABLE')
      const summary = keySummary(request, world.storage.backend)
      upsert([summary])
      return summary
    },
    refresh: async (id) => {
      const fresh = refreshed(found(world, id))
      upsert([fresh])
      return fresh
    },
    refreshAll: async () => {
      const all = [...world.credentials.values()].filter(({ renewable }) => renewable)
      upsert(all.filter(({ status }) => status.kind !== 'needs-sign-in').map(refreshed))
      const failed = all.filter(({ status }) => status.kind === 'needs-sign-in').length
      return { refreshed: all.length - failed, failed }
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
      signOuts.note({ name, account, host: 'sso.example.net' })
      return { removed: true, revoked: 'unsupported', isNoted: true }
    },
    remove: async (id) => {
      found(world, id)
      remove([id])
      return null
    },
    copyAccount: async (id) => {
      found(world, id)
      return null
    },
    openHelp: async () => null,
    copyRedirectUri: async () => null
  }
}

type SignInNames =
  | 'discoverIssuer'
  | 'discoverMcpServer'
  | 'copyIssuerRedirect'
  | 'startSignIn'
  | 'signInWithPassword'
  | 'cancelSignIn'
  | 'retrySignIn'
  | 'dismissSignIn'
  | 'continueInBrowser'
  | 'submitRedirectUrl'
  | 'switchToCode'
  | 'copyUserCode'
  | 'answerOtherAccount'

function signInHandlers({
  world,
  seed,
  emit,
  upsert,
  setSignIn,
  takeFailure
}: HandlerPorts): Pick<VaultRequestHandlers, SignInNames> {
  function attempt(id: string): SignInProgress {
    const progress = world.signIns.get(id)
    if (progress === undefined) throw new VaultError('INVALID_REQUEST')
    return progress
  }
  return {
    discoverIssuer: async (issuer) => {
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
    },
    discoverMcpServer: async (server) => {
      if (server.includes('unreachable')) throw new VaultError('PROVIDER_UNREACHABLE')
      return {
        resource: server,
        issuer: 'https://sso.example.net',
        authorizationHost: 'sso.example.net',
        redirectUri: 'http://127.0.0.1/callback',
        scopes: server.includes('neighbour') ? [] : ['tools:read', 'offline_access'],
        offered: ['tools:read', 'offline_access'],
        alsoFor: server.includes('neighbour') ? ['https://files.example.net/mcp', 'Keycloak'] : [],
        isOlderProfile: server.includes('older'),
        client: server.includes('closed') ? 'ask' : 'registers'
      }
    },
    copyIssuerRedirect: async () => null,
    startSignIn: async (request) => {
      world.attempts += 1
      const progress = firstProgress(`attempt-${world.attempts}`, request, world, seed)
      setSignIn(progress)
      return progress
    },
    signInWithPassword: fakePassword({
      find: (id) => found(world, id),
      upsert,
      setSignIn,
      attempt: () => `attempt-${++world.attempts}`
    }),
    cancelSignIn: async (id) => {
      setSignIn({
        ...attempt(id),
        state: { kind: 'failed', problem: toProblem(new VaultError('SIGN_IN_CANCELLED')), canRetry: false }
      })
      return null
    },
    ...fakeRetry({
      signIns: world.signIns,
      setSignIn,
      onDismissed: (id) => emit('signInDismissed', { attempt: id }),
      takeStartFailure: () => takeFailure('startSignIn'),
      attempt: () => `attempt-${++world.attempts}`,
      until: timeToSignIn
    }),
    continueInBrowser: async (id) => {
      const progress = attempt(id)
      if (progress.surface !== 'device') setSignIn({ ...progress, surface: 'browser' })
      return null
    },
    switchToCode: async (id) => {
      setSignIn({ ...attempt(id), surface: 'device', device: deviceCodeAt(attempt(id).host) })
      return null
    },
    answerOtherAccount: async (id) => {
      setSignIn({ ...attempt(id), state: { kind: 'redeeming' } })
      return null
    },
    copyUserCode: async (id) => {
      attempt(id)
      return null
    },
    submitRedirectUrl: async (id, url) => {
      const progress = attempt(id)
      if (!url.includes('code=')) throw new VaultError('INVALID_REQUEST')
      const summary = oauthSummary(progress, world.storage.backend ?? 'memory')
      upsert([summary])
      setSignIn({ ...progress, state: { kind: 'done', credential: summary.id } })
      return null
    }
  }
}

function storageHandlers({
  world,
  emit,
  setStorage,
  signOuts
}: HandlerPorts): Pick<
  VaultRequestHandlers,
  'checkStorage' | 'setPreferences' | 'runDoctor' | 'fixDoctor' | 'copyDoctorReport'
> {
  return {
    checkStorage: async () => {
      if (world.nextStorage !== null) setStorage(world.nextStorage)
      world.nextStorage = null
      return world.storage
    },
    runDoctor: async ({ readEntries }) => doctorReport(readEntries, true, signOuts.rows()),
    copyDoctorReport: async () => null,
    fixDoctor: async ({ readEntries }) => doctorReport(readEntries, false, signOuts.rows()),
    setPreferences: async (preferences) => {
      world.preferences = preferences
      emit('preferencesChanged', preferences)
      return preferences
    }
  }
}

/** One row of every state; after a repair the one that could be repaired has passed. */
function doctorReport(readEntries: boolean, isOpen: boolean, signOuts: readonly DoctorRow[]): DoctorReport {
  const row = (id: DoctorCheckId, state: DoctorState, fact: string, remedy: string | null): DoctorRow => ({
    id,
    state,
    fact,
    why: 'Why it matters.',
    remedy,
    fixable: state === 'warning',
    files: []
  })
  const old = (id: DoctorCheckId, files: string[]): DoctorRow => ({
    ...row(id, 'warning', files.join(', '), 'Import them.'),
    fixable: false,
    files
  })
  const modes = isOpen
    ? row('modes', 'warning', 'open to others: catalog.db', 'Fix closes them to everybody but you.')
    : row('modes', 'ok', 'folders 0700, files 0600', null)
  return {
    checkedAt: new Date().toISOString(),
    version: '0.1.0',
    rows: [
      row('catalog', 'failure', '1 entry can’t be read: Stripe (acme)', 'Save the key again.'),
      modes,
      ...signOuts,
      row('keychain', 'ok', 'write, read, delete in 41 ms', null),
      readEntries
        ? row('entries', 'ok', '12 of 12', null)
        : row('entries', 'skipped', 'Not looked at.', 'Ask for it to be looked at.'),
      old('old-llxprt', ['~/.llxprt/tools/exa.key', '~/.llxprt/mcp-oauth-tokens-v2.json']),
      old('old-kstlib', ['~/.config/acme/auth/tokens/sso.token.json'])
    ],
    repaired: isOpen ? [] : ['Closed 1 file or folder.']
  }
}

type ApiKeyInput = Parameters<VaultRequestHandlers['addApiKey']>[0]

/** The key is looked at for its mask and then forgotten. */
function keySummary(request: ApiKeyInput, backend: CredentialSummary['backend']): CredentialSummary {
  const now = new Date().toISOString()
  return {
    ...blank(request.service, request.name, request.account, backend),
    kind: 'api-key',
    expiry: request.expiresAt === null ? { kind: 'never' } : { kind: 'at', at: request.expiresAt },
    allowedHosts: request.allowedHosts,
    issuer: request.allowedHosts[0] === undefined ? null : `https://${request.allowedHosts[0]}`,
    masked: `${request.key.slice(0, 2)}••••••••${request.key.slice(-2)}`,
    obtainedAt: now,
    issuedAt: now
  }
}

function oauthSummary(
  { service, name, host }: SignInProgress,
  backend: CredentialSummary['backend']
): CredentialSummary {
  const at = new Date(Date.now() + 60 * MINUTE).toISOString()
  return {
    ...blank(service, name, 'ana@example.com', backend),
    expiry: { kind: 'at', at },
    renewable: true,
    scopes: ['openid'],
    issuer: `https://${host}`,
    clientId: 'acme-latchkey',
    nextRefreshAt: at
  }
}

function blank(
  service: string,
  name: string,
  account: string,
  backend: CredentialSummary['backend']
): CredentialSummary {
  const now = new Date().toISOString()
  return {
    id: credentialKey({ service, account }),
    service,
    account,
    name,
    kind: 'oauth',
    status: { kind: 'valid' },
    expiry: { kind: 'never' },
    renewable: false,
    scopes: [],
    missingScopes: [],
    extraScopes: [],
    issuer: null,
    clientId: null,
    allowedHosts: [],
    masked: 'ey••••••••1a',
    backend,
    obtainedAt: now,
    refreshedAt: null,
    nextRefreshAt: null,
    keptFresh: null,
    useBefore: null,
    signInBefore: null,
    issuedAt: now,
    lastUsedAt: null,
    rotation: null
  }
}

function refreshed(credential: CredentialSummary): CredentialSummary {
  const now = new Date().toISOString()
  const at = new Date(Date.now() + 60 * MINUTE).toISOString()
  return {
    ...credential,
    status: { kind: 'valid' },
    expiry: { kind: 'at', at },
    issuedAt: now,
    refreshedAt: now,
    nextRefreshAt: at
  }
}

function timeToSignIn(): string {
  return new Date(Date.now() + MINUTES_TO_SIGN_IN * MINUTE).toISOString()
}

type SignInInput = Parameters<VaultRequestHandlers['startSignIn']>[0]

function firstProgress(attempt: string, request: SignInInput, world: World, seed: FakeSeed): SignInProgress {
  const state = { kind: 'waiting', until: timeToSignIn() } as const
  const waiting = { attempt, device: null, offersCode: true, state } as const
  const byPreference = world.preferences.alwaysUseBrowser ? 'browser' : null
  if (request.kind === 'again') {
    const { service, name, issuer } = found(world, request.credential)
    return { ...waiting, service, name, host: hostOf(issuer ?? service), surface: byPreference ?? 'window' }
  }
  if (request.provider.kind !== 'preset') {
    const { name } = request.provider
    const issuer = request.provider.kind === 'mcp' ? request.provider.server : request.provider.issuer
    return {
      ...waiting,
      service: hostOf(issuer),
      name,
      host: hostOf(issuer),
      surface: byPreference ?? 'window'
    }
  }
  const { provider: id } = request.provider
  const provider = seed.providers.find((each) => each.id === id && each.kind === 'oauth')
  if (provider === undefined) throw new VaultError('UNKNOWN_SERVICE')
  return {
    ...waiting,
    service: provider.id,
    name: provider.name,
    host: provider.host ?? provider.id,
    surface: byPreference ?? provider.surface,
    ...(provider.surface === 'device' ? { device: deviceCodeAt(provider.host ?? provider.id) } : {})
  }
}

function deviceCodeAt(host: string): SignInProgress['device'] {
  const verificationUri = `https://${host}/device`
  return {
    userCode: 'WDJB-MJHT',
    verificationUri,
    verificationUriComplete: `${verificationUri}?user_code=WDJB-MJHT`
  }
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address
}
