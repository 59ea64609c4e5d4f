import type { VaultBridge } from '#shared/bridge.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import type { VaultChange } from '#shared/ipc.ts'
import { type PackedList, unpack, unpackedSummary } from '#shared/packed-list.ts'
import type { Result } from '#shared/problem.ts'
import {
  applyChanges,
  byId,
  type Change,
  fromSnapshot,
  type ReadyState,
  type VaultState,
  withoutSignIn,
  withSignIn
} from './vault-state.ts'

type Ports = {
  readonly bridge: VaultBridge
  /** Runs the callback soon; deltas that arrive until then are applied together, in one render. */
  readonly schedule: (callback: () => void) => void
  /** Resolves once what was set is drawn. */
  readonly drawn: () => Promise<void>
}

/** Rows of a long list that are taken in at once: a key that is pressed meanwhile waits for these. */
const ROWS_AT_ONCE = 1000

/**
 * The window's copy of the vault: a snapshot with the first page of the list, then the whole of a long list, then
 * numbered deltas; a gap asks for all of it again.
 */
export class VaultStore {
  readonly #ports: Ports
  readonly #listeners = new Set<() => void>()
  #state: VaultState = { kind: 'loading' }
  #pending: Change[] = []
  /** Changes that arrived during the request for a snapshot, which may be older than they are. */
  #meanwhile: ((state: ReadyState) => ReadyState)[] = []
  #flushing = false
  #fetching = false
  #unsubscribe: (() => void)[] = []

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Subscribes before it asks, so that no change is lost between the snapshot and the first delta. */
  open(): void {
    const { bridge } = this.#ports
    this.#unsubscribe = [
      bridge.on('changed', (change) => this.#receive(change)),
      bridge.on('storageChanged', (storage) => this.#update((state) => ({ ...state, storage }))),
      bridge.on('lockChanged', (lock) => this.#update((state) => ({ ...state, lock }))),
      bridge.on('clockChanged', (clock) => this.#update((state) => ({ ...state, clock }))),
      bridge.on('signOutsChanged', (signOuts) => this.#update((state) => ({ ...state, signOuts }))),
      bridge.on('unlistedChanged', ({ count }) => this.#update((state) => ({ ...state, unlisted: count }))),
      bridge.on('moveChanged', (move) => this.#update((state) => ({ ...state, move }))),
      bridge.on('preferencesChanged', (preferences) => this.#update((state) => ({ ...state, preferences }))),
      bridge.on('trayChanged', ({ hasTray }) => this.#update((state) => ({ ...state, hasTray }))),
      bridge.on('signInChanged', (progress) => this.#update((state) => withSignIn(state, progress))),
      bridge.on('signInDismissed', ({ attempt }) => this.#update((state) => withoutSignIn(state, attempt)))
    ]
    void this.reload()
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe.toReversed()) unsubscribe()
    this.#unsubscribe = []
  }

  readonly getState = (): VaultState => this.#state

  /** The newest that is known of a credential, also what is not drawn yet. Null: nothing. */
  newest(id: string): CredentialSummary | null {
    const told = this.#pending.findLast(({ upserted }) => upserted.some((each) => each.id === id))
    const drawn = this.#state.kind === 'ready' ? this.#state.credentials.get(id) : undefined
    return told?.upserted.find((each) => each.id === id) ?? drawn ?? null
  }

  /** The credentials that are drawn. */
  all(): Iterable<CredentialSummary> {
    return this.#state.kind === 'ready' ? this.#state.credentials.values() : []
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Shows a failure only if there is no earlier state to show. */
  async reload(): Promise<void> {
    if (this.#fetching) return
    this.#fetching = true
    const asked = await this.#ask()
    this.#fetching = false
    const meanwhile = this.#meanwhile
    this.#meanwhile = []
    if (!asked.ok) {
      const hasList = this.#state.kind === 'ready' && this.#state.isWhole
      if (!hasList) this.#set({ kind: 'failed', problem: asked.problem })
      return
    }
    const pending = this.#pending
    this.#pending = []
    const { state, gap } = applyChanges(asked.value, pending)
    this.#set(meanwhile.reduce((before, change) => change(before), state))
    if (gap) await this.reload()
  }

  /** Asks for everything, and shows the first page of a long list where there is no list yet. */
  async #ask(): Promise<Result<ReadyState>> {
    const { bridge } = this.#ports
    const snapshot = await bridge.getSnapshot()
    if (!snapshot.ok) return snapshot
    const first = fromSnapshot(snapshot.value)
    if (first.isWhole) return { ok: true, value: first }
    if (this.#state.kind !== 'ready') {
      this.#set(this.#meanwhile.reduce((before, change) => change(before), first))
    }
    // The rest of the list must not keep the thread from drawing the first page.
    await this.#ports.drawn()
    const list = await bridge.listCredentials()
    if (!list.ok) return list
    const credentials = byId(await unpackedInParts(list.value.credentials))
    return { ok: true, value: { ...first, credentials, revision: list.value.revision, isWhole: true } }
  }

  /** Removes the sign-in here at once; the vault forgets the input that a failed one was started with. */
  dismissSignIn(attempt: string): void {
    this.#update((state) => withoutSignIn(state, attempt))
    void this.#ports.bridge.dismissSignIn(attempt)
  }

  /** Applies the answer of a request, before the event that tells all windows. */
  patch(part: Partial<Pick<ReadyState, 'storage' | 'preferences' | 'move' | 'lock'>>): void {
    this.#update((state) => ({ ...state, ...part }))
  }

  #receive(change: VaultChange): void {
    this.#pending.push({ ...change, upserted: unpack(change.upserted) })
    if (this.#flushing || this.#fetching) return
    this.#flushing = true
    this.#ports.schedule(() => this.#flush())
  }

  #flush(): void {
    this.#flushing = false
    if (this.#fetching || this.#state.kind !== 'ready') return
    const pending = this.#pending
    this.#pending = []
    const { state, gap } = applyChanges(this.#state, pending)
    this.#set(state)
    if (gap) void this.reload()
  }

  #update(change: (state: ReadyState) => ReadyState): void {
    if (this.#fetching) this.#meanwhile.push(change)
    if (this.#state.kind === 'ready') this.#set(change(this.#state))
  }

  #set(state: VaultState): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}

async function unpackedInParts(list: PackedList): Promise<CredentialSummary[]> {
  const rows = list.flatMap(({ common, rows: own }) => own.map((row) => ({ common, row })))
  const credentials: CredentialSummary[] = []
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const part = rows.slice(start, start + ROWS_AT_ONCE)
    credentials.push(...part.map(({ common, row }) => unpackedSummary(common, row)))
    await new Promise((resolve) => setTimeout(resolve))
  }
  return credentials
}
