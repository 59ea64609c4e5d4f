/** A text in the note of a setup. Null: the note does not have it. */
export function keptText(kept: unknown, name: string): string | null {
  const value = (kept as Readonly<Record<string, unknown>> | null)?.[name]
  return typeof value === 'string' ? value : null
}

/** A list of texts in the note of a setup; empty if the note does not have it. */
export function keptList(kept: unknown, name: string): readonly string[] {
  const value = (kept as Readonly<Record<string, unknown>> | null)?.[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** What is left of a file. Null: the setup alone had written it, so it goes. */
export const emptied = (before: string, after: string): string | null =>
  after === '' && before !== '' ? null : after
