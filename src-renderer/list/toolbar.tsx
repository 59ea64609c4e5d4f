import { Menu } from '@base-ui/react/menu'
import { ArrowUpDown, Check, Plus, Search as SearchIcon, X } from 'lucide-react'
import type { KeyboardEvent, RefObject } from 'react'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { commonText } from '../text/common-text.ts'
import { listText } from '../text/list-text.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Chip } from '../ui/chip-field.tsx'
import { cx } from '../ui/cx.ts'
import field from '../ui/field.module.css'
import { IconButton } from '../ui/icon-button.tsx'
import { useLayer } from '../ui/layer.tsx'
import menu from '../ui/menu.module.css'
import { type Grouping, groupings, type Order, orders } from '#shared/list-order.ts'
import { groupingFor } from '../state/grouping.ts'
import styles from './toolbar.module.css'
import {
  filterLabel,
  isSearching,
  liftFilters,
  noSearch,
  type Search,
  withoutFilter
} from '../state/search.ts'

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

function SearchField({ input }: { readonly input: RefObject<HTMLInputElement | null> }) {
  const { state, update } = useWindow()
  const { search } = state
  const setSearch = (next: Search) => update((before) => ({ ...before, search: next }))

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape' && isSearching(search)) setSearch(noSearch)
    else if (event.key === 'ArrowDown') update((before) => withFocus(before, 'list'))
    else if (event.key === 'Enter') {
      update((before) => withFocus({ ...before, search: liftFilters(before.search, true) }, 'list'))
    } else if (event.key === 'Backspace' && search.text === '') {
      setSearch({ ...search, filters: search.filters.slice(0, -1) })
    } else return
    if (event.key !== 'Backspace') event.preventDefault()
  }

  return (
    <search className={cx(field['field'], styles['search'])}>
      <SearchIcon size={16} aria-hidden="true" />
      <input
        ref={input}
        type="search"
        aria-label={listText.search}
        title={listText.searchHint}
        placeholder={listText.search}
        autoComplete="off"
        spellCheck={false}
        value={search.text}
        onChange={(event) => setSearch(liftFilters({ ...search, text: event.target.value }))}
        onKeyDown={onKeyDown}
      />
      {isSearching(search) ? (
        <IconButton
          label={listText.clearSearch}
          data-own-focus
          onClick={() => {
            setSearch(noSearch)
            input.current?.focus()
          }}
        >
          <X size={16} aria-hidden="true" />
        </IconButton>
      ) : (
        <kbd className={styles['kbd']}>/</kbd>
      )}
    </search>
  )
}

type ChipsProps = { readonly search: Search; readonly input: RefObject<HTMLInputElement | null> }

function FilterChips({ search, input }: ChipsProps) {
  const { update } = useWindow()
  return (
    <div className={styles['filters']}>
      {search.filters.map((filter) => (
        <Chip
          key={filterLabel(filter)}
          text={filterLabel(filter)}
          label={listText.removeFilter(filterLabel(filter))}
          onRemove={() => {
            update((before) => ({ ...before, search: withoutFilter(before.search, filter) }))
            input.current?.focus()
          }}
        />
      ))}
    </div>
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
