import { ContextMenu } from '@base-ui/react/context-menu'
import { Menu } from '@base-ui/react/menu'
import { Ellipsis } from 'lucide-react'
import { type ReactElement, useRef } from 'react'
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
  const { noteLast, forget, takesFocus } = useLastAction()
  return (
    <Menu.Root onOpenChange={(open) => open && forget()}>
      <Menu.Trigger className={buttonClass('quiet', 'icon')} aria-label={label} tabIndex={tabIndex}>
        <Ellipsis size={16} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal {...layer}>
        <Menu.Positioner align="end" positionMethod="fixed" sideOffset={4} className={styles['positioner']}>
          <Menu.Popup className={styles['popup']} finalFocus={() => !takesFocus()}>
            <Items actions={actions} onRun={noteLast} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

type AreaProps = {
  /** The element that is pressed by the right button, by a long touch or by the menu key. */
  readonly area: ReactElement
  /** Returns false where there is nothing to act on. */
  readonly onPress: (pressed: Element) => boolean
  readonly actions: readonly MenuAction[]
  /** Returns what gets the focus when the menu closes. */
  readonly focusAfter: () => HTMLElement | null
}

/** The same menu at the place that was pressed. */
export function ContextArea({ area, onPress, actions, focusAfter }: AreaProps) {
  const layer = useLayer()
  const { noteLast, forget, takesFocus } = useLastAction()
  return (
    <ContextMenu.Root onOpenChange={(open) => open && forget()}>
      <ContextMenu.Trigger
        render={area}
        onContextMenu={(event) => {
          if (event.target instanceof Element && onPress(event.target)) return
          event.preventDefault()
          event.preventBaseUIHandler()
        }}
      />
      <ContextMenu.Portal {...layer}>
        <ContextMenu.Positioner positionMethod="fixed" className={styles['positioner']}>
          <ContextMenu.Popup
            className={styles['popup']}
            finalFocus={() => (takesFocus() ? false : focusAfter())}
          >
            <Items actions={actions} onRun={noteLast} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}

type ItemsProps = {
  readonly actions: readonly MenuAction[]
  readonly onRun: (action: MenuAction) => void
}

function Items({ actions, onRun }: ItemsProps) {
  return actions.map((action) => (
    <Menu.Item
      key={action.label}
      className={cx(styles['item'], action.danger === true && styles['danger'])}
      onClick={() => {
        onRun(action)
        action.run()
      }}
    >
      <span className={styles['label']}>{action.label}</span>
      {action.shortcut !== undefined && <kbd className={styles['kbd']}>{action.shortcut}</kbd>}
    </Menu.Item>
  ))
}

/** The action that closed the menu, which may have put the focus somewhere. */
function useLastAction() {
  const last = useRef<MenuAction | null>(null)
  return {
    noteLast: (action: MenuAction) => {
      last.current = action
    },
    forget: () => {
      last.current = null
    },
    takesFocus: () => last.current?.takesFocus === true
  }
}
