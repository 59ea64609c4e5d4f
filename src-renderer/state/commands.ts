import type { VaultBridge } from '#shared/bridge.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import type { SecretForm } from '#shared/secrets.ts'
import { confirmText } from '../text/detail-text.ts'
import { listText } from '../text/list-text.ts'
import { secretText } from '../text/secret-text.ts'
import { rotationText } from '../text/rotation-text.ts'
import type { Tell } from '../toasts/toaster.tsx'
import { createAsk } from './ask.ts'
import { createFixing } from './fixing.ts'
import type { VaultStore } from './vault-store.ts'
import { noDialog, type OpenDialog, type RotationEnd, withFocus, type WindowState } from './window-state.ts'

type Ports = {
  readonly bridge: VaultBridge
  readonly store: VaultStore
  readonly tell: Tell
  readonly update: (change: (state: WindowState) => WindowState) => void
  /** Returns the credential to select in the list when this one is removed. */
  readonly neighbour: (id: string) => string | null
  /** True if the detail of this credential is on the screen. */
  readonly isInDetail: (id: string) => boolean
}

export type Commands = ReturnType<typeof createCommands>

/** The commands of a person, the same from a row, a menu, a key and the detail. */
export function createCommands({ bridge, store, tell, update, neighbour, isInDetail }: Ports) {
  const ask = createAsk(tell)
  function show(dialog: OpenDialog): void {
    update((state) => ({ ...state, dialog }))
  }
  function gone(id: string): void {
    const selected = neighbour(id)
    update((state) => withFocus({ ...state, selected }, 'list'))
  }
  return {
    show,
    close: () => show(noDialog),
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
    async copySecret({ id, name }: CredentialSummary, form: SecretForm = 'secret'): Promise<void> {
      const result = await bridge.copySecret(id, form)
      if (!result.ok) return tell.failed(result.problem, { name })
      tell.done(secretText.copied(name), secretText.copiedMeans)
    },
    async showSecret({ id, name }: CredentialSummary): Promise<void> {
      const result = await bridge.showSecret(id)
      if (!result.ok) tell.failed(result.problem, { name })
    },
    async copyAccount({ id, account, name }: CredentialSummary): Promise<void> {
      const result = await bridge.copyAccount(id)
      if (result.ok) tell.done(listText.accountCopied(account))
      else tell.failed(result.problem, { name })
    },
    async remove({ id, name }: CredentialSummary): Promise<void> {
      const result = await bridge.remove(id)
      if (!result.ok) return tell.failed(result.problem, { name })
      gone(id)
      tell.done(confirmText.removed(name), confirmText.removedBody)
    },
    async endRotation({ id, name }: CredentialSummary, step: RotationEnd): Promise<void> {
      const ending = step === 'forget' ? bridge.finishRotation(id) : bridge.undoRotation(id)
      if ((await ask(ending, name)) !== null) tell.done(rotationText.ends[step].done(name))
    },
    async signOut({ id, name }: CredentialSummary): Promise<void> {
      const done = await ask(bridge.signOut(id), name)
      if (done === null) return
      if (done.removed) gone(id)
      const listed = done.isNoted ? ` ${confirmText.isNoted}` : ''
      tell.done(confirmText.signedOut(name), `${confirmText.revoked[done.revoked]}${listed}`)
    }
  }
}
