import type { VaultBridge } from '#shared/bridge.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { type EntryLabels, noLabels, titleOf } from '#shared/entry-labels.ts'
import type { SecretForm } from '#shared/secrets.ts'
import { confirmText } from '../text/detail-text.ts'
import { listText } from '../text/list-text.ts'
import { secretText } from '../text/secret-text.ts'
import { rotationText } from '../text/rotation-text.ts'
import type { Tell } from '../toasts/toaster.tsx'
import { noSearch } from './search.ts'
import { allView } from './view.ts'
import { createAsk } from './ask.ts'
import { createFixing } from './fixing.ts'
import { fixable } from './fix-run.ts'
import { createRemoving } from './removing.ts'
import { createSeveral } from './several.ts'
import type { VaultStore } from './vault-store.ts'
import { noDialog, type OpenDialog, type RotationEnd, withFocus, type WindowState } from './window-state.ts'

export type CommandPorts = {
  readonly bridge: VaultBridge
  readonly store: VaultStore
  readonly tell: Tell
  readonly update: (change: (state: WindowState) => WindowState) => void
  /** True if the list that is shown has this credential. */
  readonly isShown: (id: string) => boolean
  /** Returns the entry to select in the list when these are removed: the next, else the one before. Null: none. */
  readonly neighbour: (ids: readonly string[]) => string | null
  /** True if the detail of this credential is on the screen. */
  readonly isInDetail: (id: string) => boolean
}

export type Commands = ReturnType<typeof createCommands>

/** The commands of a person, the same from a row, a menu, a key and the detail. */
export function createCommands({
  bridge,
  store,
  tell,
  update,
  neighbour,
  isShown,
  isInDetail
}: CommandPorts) {
  const ask = createAsk(tell)
  function show(dialog: OpenDialog): void {
    update((state) => ({ ...state, dialog }))
  }
  function gone(id: string): void {
    const selected = neighbour([id])
    update((state) => withFocus({ ...state, selected }, 'list'))
  }
  /** Labels that the vault was asked to keep and has not answered yet, by id. */
  const underWay = new Map<string, EntryLabels>()
  const labelsOf = (id: string): EntryLabels => underWay.get(id) ?? store.newest(id)?.labels ?? noLabels
  /** Changes what the person has written about an entry; the list shows it when the vault has it. */
  async function label(credential: CredentialSummary, change: Partial<EntryLabels>): Promise<void> {
    const { id } = credential
    // What was changed a moment ago is not in the list yet.
    const labels = { ...labelsOf(id), ...change }
    underWay.set(id, labels)
    await ask(bridge.setLabels(id, labels), titleOf(credential))
    if (underWay.get(id) === labels) underWay.delete(id)
  }
  return {
    show,
    label,
    ...createSeveral({ bridge, tell, label }),
    toggleFavourite: (credential: CredentialSummary) =>
      label(credential, { isFavourite: !labelsOf(credential.id).isFavourite }),
    /** Shows the field for the name in the row of an entry; a view or search that hides the row goes. */
    rename: (id: string) =>
      update((state) => ({
        ...state,
        ...(!isShown(id) && { view: allView, search: noSearch }),
        page: 'credentials',
        detailOpen: false,
        selected: id,
        renaming: id
      })),
    /** Takes the field away; `toList`: the row gets the focus that the field had. */
    endRenaming: (toList: boolean) =>
      update((state) => {
        const next = { ...state, renaming: null }
        return toList ? withFocus(next, 'list') : next
      }),
    close: () => show(noDialog),
    /** Leads through what needs the person, one entry at a time. */
    startFixing(): void {
      const ids = fixable(store.all()).map(({ id }) => id)
      if (ids.length > 0) update((state) => ({ ...state, run: { ids, at: 0 } }))
    },
    ...createRemoving({ bridge, tell, update, show, neighbour }),
    ...createFixing({ bridge, store, tell, ask, show, isInDetail }),
    async lock(): Promise<void> {
      const lock = await ask(bridge.lockVault())
      if (lock !== null) store.patch({ lock })
    },
    async unlock(): Promise<void> {
      const lock = await ask(bridge.unlockVault({ passphrase: null }))
      if (lock !== null) store.patch({ lock })
    },
    async refreshAll(): Promise<void> {
      const done = await ask(bridge.refreshAll())
      if (done === null) return
      const failed = done.failed > 0 ? listText.refreshAllFailed(done.failed) : undefined
      tell.done(listText.refreshAllDone(done.refreshed), failed)
    },
    async copySecret(credential: CredentialSummary, form: SecretForm = 'secret'): Promise<void> {
      const result = await bridge.copySecret(credential.id, form)
      const name = titleOf(credential)
      if (!result.ok) return tell.failed(result.problem, { name })
      tell.done(secretText.copied(name), secretText.copiedMeans)
    },
    async showSecret(credential: CredentialSummary): Promise<void> {
      const result = await bridge.showSecret(credential.id)
      if (!result.ok) tell.failed(result.problem, { name: titleOf(credential) })
    },
    async copyAccount(credential: CredentialSummary): Promise<void> {
      const result = await bridge.copyAccount(credential.id)
      if (result.ok) tell.done(listText.accountCopied(credential.account))
      else tell.failed(result.problem, { name: titleOf(credential) })
    },
    async endRotation(credential: CredentialSummary, step: RotationEnd): Promise<void> {
      const { id } = credential
      const name = titleOf(credential)
      const ending = step === 'forget' ? bridge.finishRotation(id) : bridge.undoRotation(id)
      if ((await ask(ending, name)) !== null) tell.done(rotationText.ends[step].done(name))
    },
    async signOut(credential: CredentialSummary): Promise<void> {
      const { id } = credential
      const name = titleOf(credential)
      const done = await ask(bridge.signOut(id), name)
      if (done === null) return
      if (done.removed) gone(id)
      const listed = done.isNoted ? ` ${confirmText.isNoted}` : ''
      tell.done(confirmText.signedOut(name), `${confirmText.revoked[done.revoked]}${listed}`)
    }
  }
}
