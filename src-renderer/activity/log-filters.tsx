import { Search, X } from 'lucide-react'
import type { RefObject } from 'react'
import { useReady } from '../state/vault-context.tsx'
import { listText } from '../text/list-text.ts'
import { logText } from '../text/activity-text.ts'
import { Chip } from '../ui/chip-field.tsx'
import { cx } from '../ui/cx.ts'
import field from '../ui/field.module.css'
import { IconButton } from '../ui/icon-button.tsx'
import styles from './activity.module.css'
import { FilterMenu } from './filter-menu.tsx'
import { type ResultFilter, filterOptions, type ShownUse, type UseFilter } from './use-filter.ts'

type Props = {
  readonly all: readonly ShownUse[]
  readonly filter: UseFilter
  readonly change: (part: Partial<UseFilter>) => void
  readonly searchInput: RefObject<HTMLInputElement | null>
}

const results = (Object.keys(logText.results) as ResultFilter[])
  .filter((value) => value !== 'all')
  .map((value) => ({ value, label: logText.results[value] }))

/** Search, and what the log is narrowed down to. */
export function LogFilters({ all, filter, change, searchInput }: Props) {
  const { programs, services } = filterOptions(all)
  return (
    <div className={styles['filters']}>
      <SearchField text={filter.text} onChange={(text) => change({ text })} input={searchInput} />
      <FilterMenu
        name={logText.filters.program}
        all={logText.allPrograms}
        options={programs}
        value={filter.program}
        onChange={(program) => change({ program })}
      />
      <FilterMenu
        name={logText.filters.service}
        all={logText.allServices}
        options={services}
        value={filter.service}
        onChange={(service) => change({ service })}
      />
      <FilterMenu
        name={logText.filters.result}
        all={logText.results.all}
        options={results}
        value={filter.result === 'all' ? null : filter.result}
        onChange={(result) => change({ result: (result ?? 'all') as ResultFilter })}
      />
      <CredentialChip id={filter.credential} all={all} onRemove={() => change({ credential: null })} />
    </div>
  )
}

type ChipProps = Pick<Props, 'all'> & { readonly id: string | null; readonly onRemove: () => void }

/** The credential that the log is narrowed down to; nothing if it is not. */
function CredentialChip({ id, all, onRemove }: ChipProps) {
  const { credentials } = useReady()
  if (id === null) return null
  const named = credentials.get(id) ?? all.find(({ row }) => row.credential === id)?.credential ?? null
  const text = named === null ? logText.ofRemoved : logText.ofCredential(named.name, named.account)
  return <Chip text={text} label={logText.showAllOf(text)} onRemove={onRemove} />
}

type SearchProps = {
  readonly text: string
  readonly onChange: (text: string) => void
  readonly input: RefObject<HTMLInputElement | null>
}

function SearchField({ text, onChange, input }: SearchProps) {
  return (
    <search className={cx(field['field'], styles['search'])}>
      <Search size={16} aria-hidden="true" />
      <input
        ref={input}
        type="search"
        aria-label={logText.search}
        placeholder={logText.placeholder}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || text === '') return
          onChange('')
          event.preventDefault()
        }}
      />
      {text !== '' && (
        <IconButton
          label={listText.clearSearch}
          data-own-focus
          onClick={() => {
            onChange('')
            input.current?.focus()
          }}
        >
          <X size={16} aria-hidden="true" />
        </IconButton>
      )}
    </search>
  )
}
