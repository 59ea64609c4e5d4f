import { Menu } from '@base-ui/react/menu'
import { Ellipsis } from 'lucide-react'
import { useRef } from 'react'
import { commonText } from '../text/common-text.ts'
import { buttonClass } from './button.tsx'
import { cx } from './cx.ts'
import { useLayer } from './layer.tsx'
import styles from './menu.module.css'

export type MenuAction = {
  readonly label: string
  readonly run: () => void
  readonly shortcut?: string
  readonly danger?: boolean
  /** The action puts the focus somewhere; else it goes back to the button of the menu. */
  readonly takesFocus?: boolean
}

type Props = {
  readonly actions: readonly MenuAction[]
  readonly tabIndex?: number
  /** The name of the button, if "More actions" alone is not clear. */
  readonly label?: string
}

export function ActionMenu({ actions, tabIndex = 0, label = commonText.moreActions }: Props) {
  const layer = useLayer()
  const last = useRef<MenuAction | null>(null)
  return (
    <Menu.Root
      onOpenChange={(open) => {
        if (open) last.current = null
      }}
    >
      <Menu.Trigger className={buttonClass('quiet', 'icon')} aria-label={label} tabIndex={tabIndex}>
        <Ellipsis size={16} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal {...layer}>
        <Menu.Positioner align="end" positionMethod="fixed" sideOffset={4} className={styles['positioner']}>
          <Menu.Popup className={styles['popup']} finalFocus={() => last.current?.takesFocus !== true}>
            {actions.map((action) => (
              <Menu.Item
                key={action.label}
                className={cx(styles['item'], action.danger === true && styles['danger'])}
                onClick={() => {
                  last.current = action
                  action.run()
                }}
              >
                <span className={styles['label']}>{action.label}</span>
                {action.shortcut !== undefined && <kbd className={styles['kbd']}>{action.shortcut}</kbd>}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
