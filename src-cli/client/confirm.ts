import { terminalAsker } from './terminal-asker.ts'
import { UsageError } from '../terminal/command.ts'

/**
 * Asks at the terminal itself; only “y” and “yes” agree. Throws UsageError where there is no terminal: a script says
 * `--yes`.
 */
export async function confirmed(question: string, writeError: (text: string) => void): Promise<boolean> {
  const ask = await terminalAsker(writeError)
  if (ask === null) throw new UsageError('There is no terminal to ask you at. Say --yes if you are sure.')
  try {
    const typed = await ask(`${question} [y]es, anything else means no: `)
    return ['y', 'yes'].includes(typed?.trim().toLowerCase() ?? '')
  } finally {
    ask.close()
  }
}
