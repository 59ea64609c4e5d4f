import type { VaultBridge } from '#shared/bridge.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import type { VaultChange } from '#shared/ipc.ts'
import {
  applyChanges,
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
}

/** The window's copy of the vault: one snapshot, then numbered deltas; a gap asks for the snapshot again. */
export class VaultStore {
  readonly #ports: Ports
  readonly #listeners = new Set<() => void>()
  #state: VaultState = { kind: 'loading' }
  #pending: VaultChange[] = []
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

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Shows a failure only if there is no earlier state to show. */
  async reload(): Promise<void> {
    if (this.#fetching) return
    this.#fetching = true
    const result = await this.#ports.bridge.getSnapshot()
    this.#fetching = false
    const meanwhile = this.#meanwhile
    this.#meanwhile = []
    if (!result.ok) {
      if (this.#state.kind !== 'ready') this.#set({ kind: 'failed', problem: result.problem })
      return
    }
    const pending = this.#pending
    this.#pending = []
    const { state, gap } = applyChanges(fromSnapshot(result.value), pending)
    this.#set(meanwhile.reduce((before, change) => change(before), state))
    if (gap) await this.reload()
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
    this.#pending.push(change)
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
