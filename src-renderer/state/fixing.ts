import type { VaultBridge } from '#shared/bridge.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { listText } from '../text/list-text.ts'
import { titleOf } from '#shared/entry-labels.ts'
import type { ProblemCode } from '#shared/problem.ts'
import type { Tell } from '../toasts/toaster.tsx'
import { type Fix, fixForCode, fixOf } from '../status/fix.ts'
import type { Ask } from './ask.ts'
import type { VaultStore } from './vault-store.ts'
import type { OpenDialog } from './window-state.ts'

type Ports = {
  readonly bridge: VaultBridge
  readonly store: VaultStore
  readonly tell: Tell
  readonly ask: Ask
  readonly show: (dialog: OpenDialog) => void
  /** True if the detail of this credential is on the screen. */
  readonly isInDetail: (id: string) => boolean
}

/** The actions that repair a credential, each on its own and as the fix that its status asks for. */
export function createFixing({ bridge, store, tell, ask, show, isInDetail }: Ports) {
  /** Shows a failure that a dialog can repair with the button that opens this dialog. */
  async function refresh(credential: CredentialSummary): Promise<void> {
    const result = await bridge.refresh(credential.id)
    if (result.ok) return tell.done(listText.refreshed(titleOf(credential)))
    if (isInDetail(credential.id) && hasCode(store.newest(credential.id), result.problem.code)) return
    const byCode = fixForCode(result.problem.code, credential)
    const way = byCode && { label: byCode.label, run: () => void apply(byCode, credential) }
    tell.failed(result.problem, { name: titleOf(credential), way })
  }
  async function signInAgain({ id, name, signsInBy }: CredentialSummary): Promise<void> {
    if (signsInBy === 'password') return show({ kind: 'password', id })
    await ask(bridge.startSignIn({ kind: 'again', credential: id }), name)
  }
  async function checkStorage(): Promise<void> {
    const storage = await ask(bridge.checkStorage())
    if (storage === null) return
    store.patch({ storage })
    if (storage.state === 'locked' || storage.state === 'unavailable') show({ kind: 'storage' })
  }
  async function apply(fix: Fix | null, credential: CredentialSummary): Promise<void> {
    switch (fix?.kind) {
      case 'refresh':
        return refresh(credential)
      case 'sign-in':
        return signInAgain(credential)
      case 'unlock':
        return checkStorage()
      case 'replace-key':
        return show({ kind: 'add', start: { kind: 'replace-key', credential } })
      case 'client':
      case 'scopes':
        return show({ kind: fix.kind, id: credential.id })
      case undefined:
    }
  }
  const fix = (credential: CredentialSummary) => apply(fixOf(credential), credential)
  return { refresh, signInAgain, checkStorage, apply, fix }
}

/** True if the status of the credential, and so its detail, has the problem with its fix. */
function hasCode(credential: CredentialSummary | null, code: ProblemCode): boolean {
  return credential !== null && 'code' in credential.status && credential.status.code === code
}
