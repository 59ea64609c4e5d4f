import { lstatSync } from 'node:fs'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { terminalAsker } from '../../client/terminal-asker.ts'
import { type ClearSecret, shownPath } from '../../setup/setup-plan.ts'
import type { Arguments, Terminal } from '../../terminal/command.ts'
import { keepSecret } from './keep-secret.ts'

/** True if the person can be asked whether to move a secret out of its file, or is to see what would be asked. */
export async function isOffered(
  { change: { path } }: ClearSecret,
  args: Arguments,
  { writeError }: Pick<Terminal, 'writeError'>
): Promise<boolean> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  // Under another name of the file the secret would stay.
  if (found?.isFile() !== true || found.nlink !== 1) return false
  if (args.has('dry-run')) return true
  const asker = args.has('no-prompt') ? null : await terminalAsker(writeError)
  asker?.close()
  return asker !== null
}

/**
 * Asks whether to move the secret. True: Latchkey has it and has read it back, so it can leave its file; else a note says
 * that it stays there. Rejects with VaultRefusal.
 */
export async function isKept(
  { change, name, note, text }: ClearSecret,
  vault: VaultConnection,
  { write, writeError }: Pick<Terminal, 'write' | 'writeError'>
): Promise<boolean> {
  const why = (await isAgreed(`Move ${name} out of ${shownPath(change.path)} into Latchkey?`, writeError))
    ? await keepSecret(text, vault)
    : 'you did not say so'
  if (why !== null) write(`Note: It was not moved: ${why}. ${note}\n`)
  return why === null
}

async function isAgreed(question: string, writeError: Terminal['writeError']): Promise<boolean> {
  const asker = await terminalAsker(writeError)
  const typed = await asker?.(`${question} [y]es, anything else leaves it there: `)
  asker?.close()
  return ['y', 'yes'].includes(typed?.trim().toLowerCase() ?? '')
}
