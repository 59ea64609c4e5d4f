import type { ShownUse } from './use-filter.ts'

/** What the list draws: a day, a line under it, or the note at the end. */
export type LogItem =
  | { readonly kind: 'day'; readonly day: string; readonly at: number }
  | { readonly kind: 'use'; readonly use: ShownUse; readonly index: number }
  | { readonly kind: 'end' }

/** Puts each day above its lines. `dayOf` gives a day the same text for all of its times. */
export function logItems(
  uses: readonly ShownUse[],
  { dayOf, isCut }: { readonly dayOf: (at: number) => string; readonly isCut: boolean }
): readonly LogItem[] {
  const items: LogItem[] = []
  let last: string | null = null
  for (const [index, use] of uses.entries()) {
    const at = Date.parse(use.row.at)
    const day = dayOf(at)
    if (day !== last) items.push({ kind: 'day', day, at })
    last = day
    items.push({ kind: 'use', use, index })
  }
  return isCut ? [...items, { kind: 'end' }] : items
}

/** Returns a key that stays the same while rows are added above. */
export function itemKey(item: LogItem | undefined, index: number): string {
  if (item === undefined) return String(index)
  if (item.kind === 'use') return `use ${String(item.use.seq)}`
  return item.kind === 'day' ? `day ${item.day} ${String(item.at)}` : 'end'
}
