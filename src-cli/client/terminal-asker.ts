import { openSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { ReadStream } from 'node:tty'

/** Puts a question and gives the line that was typed. Null: the input ended before an answer. */
export type Asker = ((text: string) => Promise<string | null>) & { close: () => void }

/** False: a question would not be seen. */
export const hasTerminal = (): boolean => process.stderr.isTTY

/** Opens the controlling terminal. Null: this process has none. */
export async function terminalAsker(writeError: (text: string) => void): Promise<Asker | null> {
  if (!hasTerminal()) return null
  const input = openTerminal()
  if (input === null) return null
  const lines = createInterface({ input, terminal: false })
  const typed = lines[Symbol.asyncIterator]()
  const ask = async (text: string): Promise<string | null> => {
    writeError(text)
    const { value, done } = await typed.next()
    return done === true ? null : value
  }
  return Object.assign(ask, {
    close: () => {
      lines.close()
      if (input === process.stdin) input.pause()
      else input.destroy()
    }
  })
}

function openTerminal(): ReadStream | null {
  if (process.platform === 'win32') return process.stdin.isTTY ? process.stdin : null
  try {
    return new ReadStream(openSync('/dev/tty', 'r'))
  } catch {
    return null
  }
}
