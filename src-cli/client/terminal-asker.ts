import { openSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { ReadStream } from 'node:tty'

/** Puts a question and gives the line that was typed; empty at the end of the input. */
export type Asker = ((text: string) => Promise<string>) & { close: () => void }

/** Opens the controlling terminal. Null: this process has none. */
export async function terminalAsker(writeError: (text: string) => void): Promise<Asker | null> {
  if (!process.stderr.isTTY) return null
  const input = openTerminal()
  if (input === null) return null
  const lines = createInterface({ input, terminal: false })
  const typed = lines[Symbol.asyncIterator]()
  const ask = async (text: string): Promise<string> => {
    writeError(text)
    const { value, done } = await typed.next()
    return done === true ? '' : value
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
