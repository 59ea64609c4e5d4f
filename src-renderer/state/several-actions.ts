import type { CredentialSummary } from '#shared/credential.ts'
import { canRefresh } from '../status/fix.ts'
import { commonText } from '../text/common-text.ts'
import { labelsText } from '../text/labels-text.ts'
import { severalText } from '../text/several-text.ts'
import type { MenuAction } from '../ui/action-menu.tsx'
import type { Commands } from './commands.ts'
import { areFavourites } from './several.ts'

/** The menu of several selected entries, the same in the bar and by the right button. */
export function severalActions(
  picked: readonly CredentialSummary[],
  commands: Commands
): readonly MenuAction[] {
  const { addFavourite, removeFavourite } = labelsText
  return [
    ...(picked.some((credential) => canRefresh(credential))
      ? [{ label: commonText.refresh, shortcut: 'R', run: () => void commands.refreshSeveral(picked) }]
      : []),
    {
      label: areFavourites(picked) ? removeFavourite : addFavourite,
      shortcut: 'S',
      run: () => void commands.favourSeveral(picked)
    },
    {
      label: severalText.tag,
      takesFocus: true,
      run: () => commands.show({ kind: 'tag', credentials: picked })
    },
    {
      label: severalText.remove,
      shortcut: 'Del',
      danger: true,
      takesFocus: true,
      run: () => commands.askToRemove(picked)
    }
  ]
}
