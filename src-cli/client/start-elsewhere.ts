import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { isBuiltin } from 'node:module'
import { text } from 'node:stream/consumers'
import { problemCodes } from '#shared/problem.ts'
import { VaultRefusal } from '../../src-socket/vault-connection.ts'

const DID_NOT = 'Latchkey did not start. It needs Node 22.18 or newer: run “latchkey serve” to see why.'

/** True if this Node can hold the lock of who starts a vault, which is taken through SQLite. */
export const canHoldStart = (): boolean => isBuiltin('node:sqlite')

/**
 * Has a vault started by `latchkey serve --start` on another Node. Resolves when it answers. Rejects with VaultRefusal,
 * with the sentence of that command.
 */
export async function startElsewhere([program, ...args]: readonly [string, ...string[]]): Promise<null> {
  const child = spawn(program, [...args, '--start'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  const [said, [code]] = await Promise.all([text(child.stderr), closed]).catch(() => ['', [null]] as const)
  if (code === 0) return null
  const [, message, problem] = /^latchkey: (.+) \(([A-Z_]+)\)$/m.exec(said) ?? []
  const known = problemCodes.find((each) => each === problem)
  if (known !== undefined && message !== undefined) throw new VaultRefusal({ code: known, message })
  throw new VaultRefusal({ code: 'BROKER_UNREACHABLE', message: DID_NOT })
}
