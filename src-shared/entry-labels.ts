export const MOST_TAGS = 10
export const LONGEST_NAME = 100
export const LONGEST_NOTE = 500

/** A word that stands in a search as `tag:word`: letters, digits, dot, dash and underscore, at most 30. */
export const tagPattern = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,29}$/u

/** What a person has written about an entry. It is kept in the catalog alone and means nothing to Latchkey. */
export type EntryLabels = {
  /** What the entry is called instead of by its service's name. Null: nothing. */
  name: string | null
  isFavourite: boolean
  tags: string[]
  /** A text of several lines. Null: none was written. */
  note: string | null
}

export const noLabels: EntryLabels = { name: null, isFavourite: false, tags: [], note: null }

/** What an entry is called where it is meant and not its service: the person's name for it, else the service's. */
export function titleOf({ labels, name }: Pick<LabelledEntry, 'labels' | 'name'>): string {
  return labels?.name ?? name
}

type LabelledEntry = { readonly labels: EntryLabels | null; readonly name: string }

/** Null instead of labels that say nothing. */
export function labelsOrNull(labels: EntryLabels): EntryLabels | null {
  const { isFavourite, name, note, tags } = labels
  return name === null && note === null && !isFavourite && tags.length === 0 ? null : labels
}
