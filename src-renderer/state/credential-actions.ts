import type { CredentialSummary } from '#shared/credential.ts'
import type { Commands } from './commands.ts'
import { commonText } from '../text/common-text.ts'
import { detailText } from '../text/detail-text.ts'
import { rotationText } from '../text/rotation-text.ts'
import type { MenuAction } from '../ui/action-menu.tsx'
import { canRefresh, canRotate, fixOf } from '../status/fix.ts'

/** The menu of a credential, the same in its row and in its detail. */
export function credentialActions(credential: CredentialSummary, commands: Commands): readonly MenuAction[] {
  const fix = fixOf(credential)
  const actions: MenuAction[] = []
  if (fix !== null) actions.push({ label: fix.label, run: () => void commands.fix(credential) })
  if (canRefresh(credential) && fix?.kind !== 'refresh') {
    actions.push({ label: commonText.refresh, shortcut: 'R', run: () => void commands.refresh(credential) })
  }
  actions.push({
    label: commonText.copyAccount,
    shortcut: 'C',
    run: () => void commands.copyAccount(credential)
  })
  if (canRotate(credential)) {
    actions.push({
      label: rotationText.action,
      run: () => commands.show({ kind: 'rotate', id: credential.id })
    })
  }
  if (credential.kind === 'oauth') {
    if (fix?.kind !== 'sign-in') {
      actions.push({ label: commonText.signInAgain, run: () => void commands.signInAgain(credential) })
    }
    actions.push({
      label: commonText.signOut,
      danger: true,
      run: () => commands.show({ kind: 'sign-out', credential })
    })
  } else if (credential.kind === 'api-key' && fix?.kind !== 'replace-key') {
    const run = () => commands.show({ kind: 'add', start: { kind: 'replace-key', credential } })
    actions.push({ label: commonText.replaceKey, run })
  }
  actions.push({
    label: credential.kind === 'oauth' ? commonText.removeHere : detailText.removeOnly,
    shortcut: 'Del',
    danger: true,
    run: () => commands.show({ kind: 'remove', credential })
  })
  return actions
}
