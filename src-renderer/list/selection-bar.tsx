import { X } from 'lucide-react'
import { severalActions } from '../state/several-actions.ts'
import { withNone } from '../state/picking.ts'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { severalText } from '../text/several-text.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import styles from './toolbar.module.css'

/** In the place of the toolbar while several entries are selected: what can be done with all of them. */
export function SelectionBar() {
  const { commands, picked, update } = useWindow()
  return (
    <div role="toolbar" aria-label={severalText.bar} className={styles['selection']}>
      <span className={styles['count']}>{severalText.selected(picked.length)}</span>
      {severalActions(picked, commands).map(({ label, run, danger = false }) => (
        <Button key={label} size="small" look={danger ? 'danger' : 'plain'} onClick={run}>
          {label}
        </Button>
      ))}
      <IconButton
        label={severalText.clear}
        onClick={() => update((before) => withFocus(withNone(before), 'list'))}
      >
        <X size={16} aria-hidden="true" />
      </IconButton>
    </div>
  )
}
