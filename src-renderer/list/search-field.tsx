import { Search as SearchIcon, X } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useMemo, useState } from 'react'
import {
  filterLabel,
  isSearching,
  liftFilters,
  noSearch,
  type Search,
  withoutFilter
} from '../state/search.ts'
import { suggestions } from '../state/suggestions.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { listText } from '../text/list-text.ts'
import { searchText } from '../text/search-text.ts'
import { Button } from '../ui/button.tsx'
import { Chip } from '../ui/chip-field.tsx'
import { cx } from '../ui/cx.ts'
import field from '../ui/field.module.css'
import { IconButton } from '../ui/icon-button.tsx'
import styles from './toolbar.module.css'

/** The search of the list; an empty field offers filters, and one that is being typed its values. */
export function SearchField({ input }: { readonly input: RefObject<HTMLInputElement | null> }) {
  const { state, update } = useWindow()
  const { credentials } = useReady()
  const { search } = state
  const [isOpen, setIsOpen] = useState(false)
  const offered = useMemo(
    () => (isOpen ? suggestions(search, credentials.values()) : []),
    [isOpen, search, credentials]
  )
  const setSearch = (next: Search) => update((before) => ({ ...before, search: next }))

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') setIsOpen(false)
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
    <div
      className={styles['searching']}
      onFocus={({ target }) => target === input.current && setIsOpen(true)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setIsOpen(false)
      }}
    >
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
          onChange={(event) => {
            setIsOpen(true)
            setSearch(liftFilters({ ...search, text: event.target.value }))
          }}
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
      {offered.length > 0 && (
        <fieldset aria-label={searchText.filters} className={styles['offered']}>
          {offered.map(({ label, search: next }) => (
            <Button
              key={label}
              size="small"
              data-own-focus
              onClick={() => {
                setSearch(next)
                input.current?.focus()
              }}
            >
              {label}
            </Button>
          ))}
        </fieldset>
      )}
    </div>
  )
}

type ChipsProps = { readonly search: Search; readonly input: RefObject<HTMLInputElement | null> }

/** The filters of a search, each with its way out. */
export function FilterChips({ search, input }: ChipsProps) {
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
