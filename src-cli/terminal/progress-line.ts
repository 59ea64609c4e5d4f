import { type Progress, readProgress } from '#shared/broker/terminal-requests.ts'
import type { Terminal } from './command.ts'

/** Work that ends before this shows nothing. */
const LONG_MS = 500
const BETWEEN_MS = 100
const CLEAR_LINE = '\r\u001B[K'

export type ProgressLine = {
  /** Shows how far it is, as “Imported 120 of 5000”, over what was shown before. */
  readonly show: (doing: string, progress: Progress) => void
  /** Removes the line. Call it before anything else is written. */
  readonly clear: () => void
}

/** The line of standard error that says how far long work is; it shows nothing where standard error is no terminal. */
export function progressLine(
  { isErrorShown, writeError }: Pick<Terminal, 'isErrorShown' | 'writeError'>,
  now: () => number = () => performance.now()
): ProgressLine {
  const isShown = isErrorShown()
  let nextAt = now() + LONG_MS
  let isThere = false
  return {
    show: (doing, { done, total }) => {
      if (!isShown || now() < nextAt) return
      nextAt = now() + BETWEEN_MS
      isThere = true
      writeError(`${CLEAR_LINE}${doing} ${done} of ${total}`)
    },
    clear: () => {
      if (isThere) writeError(CLEAR_LINE)
      isThere = false
    }
  }
}

/** For the options of a request, which the vault tells how far it is. */
type Told = { readonly onNotice: (notice: unknown) => void }

/** Runs `work` and shows how far it is, as “Imported 120 of 5000”. */
export async function withProgress<T>(
  doing: string,
  terminal: Pick<Terminal, 'isErrorShown' | 'writeError'>,
  work: (told: Told) => Promise<T>
): Promise<T> {
  const line = progressLine(terminal)
  const onNotice = (notice: unknown): void => {
    const progress = readProgress(notice)
    if (progress !== null) line.show(doing, progress)
  }
  try {
    return await work({ onNotice })
  } finally {
    line.clear()
  }
}
