/** How long a removal can be undone, in milliseconds. */
export const UNDO_MS = 10_000

/** Most entries that are removed without a question. */
export const MOST_UNASKED = 10
