import { useDeferredValue, useMemo, useState } from 'react'
import type { AuditRowView } from '#shared/broker/audit.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withActivity } from '../state/window-state.ts'
import { filtered, noFilter, type ShownUse, type UseFilter } from './use-filter.ts'
import { namedCredential } from './use-words.ts'
import { usesOf } from './uses.ts'

/** The filter of the log. Its credential is the window’s, because the detail of an entry sets it. */
export function useLogFilter(): readonly [UseFilter, (change: Partial<UseFilter>) => void] {
  const { state, update } = useWindow()
  const [rest, setRest] = useState(noFilter)
  const filter = useMemo(() => ({ ...rest, credential: state.activityOf }), [rest, state.activityOf])
  function change(part: Partial<UseFilter>): void {
    setRest((before) => ({ ...before, ...part }))
    const { credential } = part
    if (credential !== undefined) update((before) => withActivity(before, credential))
  }
  return [filter, change]
}

/** Every line of the log, and those that the filter lets pass. */
export function useUses(
  rows: readonly AuditRowView[],
  filter: UseFilter
): { readonly all: readonly ShownUse[]; readonly shown: readonly ShownUse[] } {
  const { credentials } = useReady()
  const all = useMemo(
    () => usesOf(rows).map((use) => ({ ...use, credential: namedCredential(use.row, credentials) })),
    [rows, credentials]
  )
  const wanted = useDeferredValue(filter)
  const shown = useMemo(() => filtered(all, wanted), [all, wanted])
  return { all, shown }
}
