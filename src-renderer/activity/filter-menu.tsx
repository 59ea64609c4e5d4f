import { Menu } from '@base-ui/react/menu'
import { Check, ChevronDown } from 'lucide-react'
import { logText } from '../text/activity-text.ts'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { useLayer } from '../ui/layer.tsx'
import menu from '../ui/menu.module.css'
import styles from './activity.module.css'
import type { FilterOption } from './use-filter.ts'

type Props = {
  /** What is filtered by. */
  readonly name: string
  /** The words for no filter. */
  readonly all: string
  readonly options: readonly FilterOption[]
  /** Null: all. */
  readonly value: string | null
  readonly onChange: (value: string | null) => void
}

/** A button that says what is shown, with a menu to choose it. */
export function FilterMenu({ name, all, options, value, onChange }: Props) {
  const layer = useLayer()
  const label = value === null ? all : (options.find((option) => option.value === value)?.label ?? value)
  return (
    <Menu.Root>
      <Menu.Trigger
        className={cx(buttonClass('quiet'), styles['filter'])}
        aria-label={logText.filterBy(name, label)}
        data-set={value === null ? undefined : ''}
      >
        <span>{label}</span>
        <ChevronDown size={14} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal {...layer}>
        <Menu.Positioner align="start" positionMethod="fixed" sideOffset={4} className={menu['positioner']}>
          <Menu.Popup className={menu['popup']}>
            <Menu.RadioGroup
              aria-label={name}
              value={value}
              onValueChange={(next: string | null) => onChange(next)}
            >
              <Item value={null} label={all} />
              {options.map((option) => (
                <Item key={option.value} {...option} />
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function Item({ value, label }: { readonly value: string | null; readonly label: string }) {
  return (
    <Menu.RadioItem value={value} closeOnClick className={menu['item']}>
      <span className={menu['check']}>
        <Menu.RadioItemIndicator>
          <Check size={16} aria-hidden="true" />
        </Menu.RadioItemIndicator>
      </span>
      <bdi>{label}</bdi>
    </Menu.RadioItem>
  )
}
