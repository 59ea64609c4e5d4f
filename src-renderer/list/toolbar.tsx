import { Menu } from '@base-ui/react/menu'
import { ArrowUpDown, Check, Plus } from 'lucide-react'
import type { RefObject } from 'react'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { listText } from '../text/list-text.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { useLayer } from '../ui/layer.tsx'
import menu from '../ui/menu.module.css'
import { type Grouping, groupings, type Order, orders } from '#shared/list-order.ts'
import { groupingFor } from '../state/grouping.ts'
import styles from './toolbar.module.css'
import { FilterChips, SearchField } from './search-field.tsx'

export function Toolbar({ searchInput }: { readonly searchInput: RefObject<HTMLInputElement | null> }) {
  const { state, commands } = useWindow()
  return (
    <>
      <div className={styles['bar']}>
        <SearchField input={searchInput} />
        <SortMenu order={state.order} grouping={state.grouping} />
        <Button
          aria-label={commonText.add}
          onClick={() => commands.show({ kind: 'add', start: { kind: 'nothing' } })}
        >
          <Plus size={16} aria-hidden="true" />
          <span className={styles['label']}>{commonText.add}</span>
        </Button>
      </div>
      {state.search.filters.length > 0 && <FilterChips search={state.search} input={searchInput} />}
    </>
  )
}

/** How the list is sorted and grouped. */
function SortMenu({ order, grouping }: { readonly order: Order; readonly grouping: Grouping }) {
  const { update } = useWindow()
  const layer = useLayer()
  return (
    <Menu.Root>
      <Menu.Trigger className={buttonClass('quiet')} aria-label={listText.sortBy(listText.orders[order])}>
        <ArrowUpDown size={16} aria-hidden="true" />
        <span className={styles['label']}>{listText.orders[order]}</span>
      </Menu.Trigger>
      <Menu.Portal {...layer}>
        <Menu.Positioner align="end" positionMethod="fixed" sideOffset={4} className={menu['positioner']}>
          <Menu.Popup className={menu['popup']}>
            <Choices
              title={listText.sortHeading}
              names={listText.orders}
              options={orders}
              value={order}
              onChoose={(next) =>
                update((before) => ({
                  ...before,
                  order: next,
                  grouping: groupingFor(next, before.grouping)
                }))
              }
            />
            <Choices
              title={listText.groupHeading}
              names={listText.groupings}
              options={groupings}
              value={grouping}
              onChoose={(next) => update((before) => ({ ...before, grouping: next }))}
            />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

type ChoicesProps<Option extends string> = {
  readonly title: string
  readonly names: Readonly<Record<Option, string>>
  readonly options: readonly Option[]
  readonly value: Option
  readonly onChoose: (option: Option) => void
}

function Choices<Option extends string>({ title, names, options, value, onChoose }: ChoicesProps<Option>) {
  return (
    <Menu.RadioGroup aria-label={title} value={value} onValueChange={onChoose}>
      <div aria-hidden="true" className={styles['heading']}>
        {title}
      </div>
      {options.map((option) => (
        <Menu.RadioItem key={option} value={option} closeOnClick className={menu['item']}>
          <span className={menu['check']}>
            <Menu.RadioItemIndicator>
              <Check size={16} aria-hidden="true" />
            </Menu.RadioItemIndicator>
          </span>
          {names[option]}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  )
}
