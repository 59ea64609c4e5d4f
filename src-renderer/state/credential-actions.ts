import type { CredentialSummary } from '#shared/credential.ts'
import type { Commands } from './commands.ts'
import { useReady } from './vault-context.tsx'
import { useWindow } from './window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { detailText } from '../text/detail-text.ts'
import { labelsText } from '../text/labels-text.ts'
import { rotationText } from '../text/rotation-text.ts'
import { secretText } from '../text/secret-text.ts'
import type { MenuAction } from '../ui/action-menu.tsx'
import { isMac } from '../ui/platform.ts'
import { canRefresh, canRotate, canTakeOut, fixOf } from '../status/fix.ts'

type ActionPorts = {
  readonly commands: Commands
  /** The preferences let a secret be shown. */
  readonly mayShow: boolean
}

/** What the actions of a credential need. */
export function useActionPorts(): ActionPorts {
  const { commands } = useWindow()
  return { commands, mayShow: useReady().preferences.showSecrets }
}

/** The ways to take the secret out; none while it can not be read or used. */
export function secretActions(
  credential: CredentialSummary,
  { commands, mayShow }: ActionPorts
): readonly MenuAction[] {
  if (!canTakeOut(credential)) return []
  const { copyVariable, copyHeader, show } = secretText
  return [
    { label: copyLabel(credential), shortcut: 'C', run: () => void commands.copySecret(credential) },
    { label: copyVariable, run: () => void commands.copySecret(credential, 'variable') },
    { label: copyHeader, run: () => void commands.copySecret(credential, 'header') },
    ...(mayShow ? [{ label: show, run: () => void commands.showSecret(credential) }] : [])
  ]
}

export function copyLabel({ kind }: Pick<CredentialSummary, 'kind'>): string {
  return kind === 'oauth' || kind === 'mcp' ? secretText.copy.token : secretText.copy.key
}

/** The menu of a credential, the same in its row and in its detail. */
export function credentialActions(
  credential: CredentialSummary,
  { commands, mayShow }: ActionPorts
): readonly MenuAction[] {
  const fix = fixOf(credential)
  const actions: MenuAction[] = []
  if (fix !== null) actions.push({ label: fix.label, run: () => void commands.fix(credential) })
  if (canRefresh(credential) && fix?.kind !== 'refresh') {
    actions.push({ label: commonText.refresh, shortcut: 'R', run: () => void commands.refresh(credential) })
  }
  actions.push(...secretActions(credential, { commands, mayShow }))
  actions.push({
    label: commonText.copyAccount,
    shortcut: isMac() ? '⌘ B' : 'Ctrl B',
    run: () => void commands.copyAccount(credential)
  })
  actions.push(
    { label: labelsText.rename, shortcut: 'F2', takesFocus: true, run: () => commands.rename(credential.id) },
    {
      label: credential.labels?.isFavourite === true ? labelsText.removeFavourite : labelsText.addFavourite,
      shortcut: 'S',
      run: () => void commands.toggleFavourite(credential)
    }
  )
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
    takesFocus: true,
    run: () => commands.askToRemove([credential])
  })
  return actions
}
