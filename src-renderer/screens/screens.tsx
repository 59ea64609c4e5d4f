import { CircleAlert, SearchX } from 'lucide-react'
import type { Problem } from '#shared/problem.ts'
import { isSearching, noSearch } from '../state/search.ts'
import { allView } from '../state/view.ts'
import { useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { screenText } from '../text/list-text.ts'
import { todoOf } from '../text/problem-text.ts'
import { Button } from '../ui/button.tsx'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import styles from './screens.module.css'

export function NoMatch() {
  const { state, update } = useWindow()
  const { search } = state
  const searching = isSearching(search)
  const query = [...search.filters.map(({ kind, value }) => `${kind}:${value}`), search.text.trim()].filter(
    Boolean
  )
  return (
    <div className={styles['center']}>
      <SearchX size={24} strokeWidth={1.5} aria-hidden="true" />
      <h2>{screenText.noMatchTitle}</h2>
      <p>{searching ? screenText.noMatch(query.join(' ')) : screenText.noMatchView}</p>
      <div className={styles['actions']}>
        {searching ? (
          <Button onClick={() => update((before) => ({ ...before, search: noSearch }))}>
            {screenText.clear}
          </Button>
        ) : (
          <Button onClick={() => update((before) => ({ ...before, view: allView }))}>
            {screenText.showAll}
          </Button>
        )}
      </div>
    </div>
  )
}

/** Grey bars, drawn only when loading takes longer than a blink. */
export function Loading() {
  return (
    <output className={styles['skeleton']}>
      <VisuallyHidden>{screenText.loading}</VisuallyHidden>
      {Array.from({ length: 8 }, (_, index) => (
        <span key={index} />
      ))}
    </output>
  )
}

export function LoadFailed({ problem }: { readonly problem: Problem }) {
  const { store } = useVault()
  return (
    <div className={styles['center']} role="alert">
      <CircleAlert size={24} strokeWidth={1.5} aria-hidden="true" />
      <h2>{screenText.failedTitle}</h2>
      <p>{screenText.failedMeans}</p>
      <p>{`${problem.message} ${todoOf(problem) ?? ''}`}</p>
      <div className={styles['code']}>{problem.code}</div>
      <div className={styles['actions']}>
        <Button look="primary" onClick={() => void store.reload()}>
          {commonText.tryAgain}
        </Button>
      </div>
    </div>
  )
}
