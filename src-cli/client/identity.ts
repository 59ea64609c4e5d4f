import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { TERMINAL } from '../../src-socket/handshake.ts'
import { terminalKeyFile } from '../../src-socket/socket-path.ts'
import { type Identity, VaultRefusal } from '../../src-socket/vault-connection.ts'

const FOR_OTHERS = 0o077

/**
 * Under which name a command asks. `keyFile`: path of the key that `latchkey pair` wrote; null: the person's
 * terminal. Null: no vault has been opened in this home yet. Throws VaultRefusal for a file that can not be
 * read, that others can read, or that holds no key.
 */
export function identityOf(home: string, keyFile: string | null): Identity | null {
  return keyFile === null ? terminalIdentity(home) : pairedIdentity(keyFile)
}

function terminalIdentity(home: string): Identity | null {
  try {
    const secret = Buffer.from(readFileSync(terminalKeyFile(home), 'utf8').trim(), 'hex')
    return secret.length === 32 ? { client: TERMINAL, secret } : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw refusal(
      'The system does not let this program reach Latchkey: a sandbox, or another user’s home. Nothing was started.'
    )
  }
}

function pairedIdentity(path: string): Identity {
  const { client, secret } = readKey(path) as { readonly client?: unknown; readonly secret?: unknown }
  if (typeof client !== 'string' || typeof secret !== 'string' || !/^[0-9a-f]{64}$/.test(secret)) {
    throw refusal(
      'The file of LATCHKEY_CLIENT_KEY is no key of a paired program. Pair it again with “latchkey pair”.'
    )
  }
  return { client, secret: Buffer.from(secret, 'hex') }
}

function readKey(path: string): object {
  try {
    const file = openSync(path, 'r')
    try {
      const { mode } = fstatSync(file)
      if (process.platform !== 'win32' && (mode & FOR_OTHERS) !== 0) {
        throw refusal('Others can read the file of LATCHKEY_CLIENT_KEY. Make it private: chmod 600.')
      }
      const value = JSON.parse(readFileSync(file, 'utf8')) as unknown
      return typeof value === 'object' && value !== null ? value : {}
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (error instanceof VaultRefusal) throw error
    throw refusal('The file of LATCHKEY_CLIENT_KEY can’t be read.')
  }
}

function refusal(message: string): VaultRefusal {
  return new VaultRefusal({ code: 'BROKER_UNREACHABLE', message })
}
