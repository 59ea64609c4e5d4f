import { Menu } from '@base-ui/react/menu'
import { Ellipsis } from 'lucide-react'
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
}

type Props = {
  readonly actions: readonly MenuAction[]
  readonly tabIndex?: number
  /** The name of the button, if "More actions" alone is not clear. */
  readonly label?: string
}

export function ActionMenu({ actions, tabIndex = 0, label = commonText.moreActions }: Props) {
  const layer = useLayer()
  return (
    <Menu.Root>
      <Menu.Trigger className={buttonClass('quiet', 'icon')} aria-label={label} tabIndex={tabIndex}>
        <Ellipsis size={16} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal {...layer}>
        <Menu.Positioner align="end" positionMethod="fixed" sideOffset={4} className={styles['positioner']}>
          <Menu.Popup className={styles['popup']}>
            {actions.map((action) => (
              <Menu.Item
                key={action.label}
                className={cx(styles['item'], action.danger === true && styles['danger'])}
                onClick={action.run}
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
