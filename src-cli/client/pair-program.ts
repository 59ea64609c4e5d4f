import { chmodSync, closeSync, openSync, rmSync, writeSync } from 'node:fs'
import type { VaultConnection } from '../../src-socket/vault-connection.ts'
import { UsageError } from '../terminal/command.ts'
import { ask } from './ask.ts'

/**
 * Pairs a program and writes its key into a new file for its owner alone. The file is made before the vault is asked, so
 * that no secret is given out that can not be kept; it goes again where the vault refuses. Rejects with UsageError and
 * VaultRefusal.
 */
export async function pairProgram(
  vault: Pick<VaultConnection, 'stream'>,
  name: string,
  path: string
): Promise<void> {
  const file = newFile(path)
  try {
    chmodSync(path, 0o600)
    const { id, secret } = await ask(vault, 'pairClient', [name])
    writeSync(file, `${JSON.stringify({ client: id, secret })}\n`)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

function newFile(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch {
    throw new UsageError('The key file exists already or can’t be made. Choose another path.')
  }
}
