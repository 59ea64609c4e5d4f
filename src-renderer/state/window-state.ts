import type { CredentialSummary } from '#shared/credential.ts'
import type { Layout } from '#shared/layout.ts'
import type { Grouping, Order } from '#shared/list-order.ts'
import type { FixRun } from './fix-run.ts'
import { nonePicked, type Selection } from './picking.ts'
import type { Removal } from './removal.ts'
import { noSearch, type Search } from './search.ts'
import { allView, type View } from './view.ts'

/** The start of the add dialog: a provider of the gallery, a key, the key to replace, or an import. */
export type AddStart =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'provider'; readonly provider: string }
  /** A key, of this provider if it is known. What was pasted is handed on (`find/handed.ts`). */
  | { readonly kind: 'key'; readonly provider: string | null }
  /** A server of the person’s own. */
  | { readonly kind: 'custom'; readonly address: string }
  | { readonly kind: 'mcp'; readonly address: string }
  /** A text that was handed on is read as an import. */
  | { readonly kind: 'import-text' }
  | { readonly kind: 'replace-key'; readonly credential: CredentialSummary }
  /** Null: the person chooses what is imported. */
  | { readonly kind: 'import'; readonly path: string | null }

/** The ways to drop one of the two keys of an exchange. */
export type RotationEnd = 'discard' | 'undo' | 'forget'

export type OpenDialog =
  | { readonly kind: 'none' }
  | { readonly kind: 'add'; readonly start: AddStart }
  | { readonly kind: 'remove'; readonly credentials: readonly CredentialSummary[] }
  | { readonly kind: 'sign-out'; readonly credential: CredentialSummary }
  | { readonly kind: 'tag'; readonly credentials: readonly CredentialSummary[] }
  | { readonly kind: 'rotate'; readonly id: string }
  /** `also`: a scope that is asked for beside those of now. */
  | { readonly kind: 'scopes'; readonly id: string; readonly also?: string }
  | { readonly kind: 'client'; readonly id: string }
  | { readonly kind: 'end-rotation'; readonly step: RotationEnd; readonly credential: CredentialSummary }
  | { readonly kind: 'password'; readonly id: string }
  | { readonly kind: 'settings' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'storage' }
  /** `to`: the store that is chosen already. */
  | { readonly kind: 'move'; readonly to?: 'passphrase' }
  | { readonly kind: 'shortcuts' }

export type Pane = 'list' | 'detail'

/** The state of the window itself, without that of the vault. */
export type WindowState = Selection & {
  /** The doctor, the activity and the timeline take the place of list and detail. */
  readonly page: 'credentials' | 'activity' | 'timeline' | 'doctor'
  /** Id of the credential whose activity alone is shown; null: of all. */
  readonly activityOf: string | null
  readonly view: View
  readonly search: Search
  readonly order: Order
  readonly grouping: Grouping
  /** Id of the credential whose row has the field for its name; null: none. */
  readonly renaming: string | null
  /** Entries that are repaired one after the other; null: none are. */
  readonly run: FixRun | null
  /** What was removed and can still be put back, oldest first. */
  readonly removals: readonly Removal[]
  /** In a narrow window the detail takes the place of the list. */
  readonly detailOpen: boolean
  readonly dialog: OpenDialog
  /** `turn` increases when the focus should move to a pane; the pane sees the change and takes the focus. */
  readonly focus: { readonly pane: Pane; readonly turn: number }
}

export const noDialog: OpenDialog = { kind: 'none' }

/** As the person left the list. */
export function windowStateOf({ view, order, grouping }: Layout): WindowState {
  return { ...firstWindowState, view, order, grouping }
}

export const firstWindowState: WindowState = {
  page: 'credentials',
  activityOf: null,
  view: allView,
  search: noSearch,
  order: 'attention',
  grouping: 'status',
  selected: null,
  picked: nonePicked,
  anchor: null,
  renaming: null,
  run: null,
  removals: [],
  detailOpen: false,
  dialog: noDialog,
  focus: { pane: 'list', turn: 0 }
}

/** Shows the activity of one credential, or of all (null). */
export function withActivity(state: WindowState, activityOf: string | null): WindowState {
  return { ...state, page: 'activity', activityOf }
}

export function withFocus(state: WindowState, pane: Pane): WindowState {
  return {
    ...state,
    page: 'credentials',
    detailOpen: pane === 'detail',
    focus: { pane, turn: state.focus.turn + 1 }
  }
}
