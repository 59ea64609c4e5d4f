import { VaultError } from '#shared/problem.ts'
import { TERMINAL } from '../../src-socket/handshake.ts'
import { socketPlace, terminalKeyFile } from '../../src-socket/socket-path.ts'
import { VaultConnection } from '../../src-socket/vault-connection.ts'
import { holdHome, holdStart } from '../home/hold-home.ts'
import { readPrivateFile } from '../storage/files/private-files.ts'

/** Longest wait in milliseconds for a vault that is free, and for one that has to end what is under way. */
const FREE_MS = 200
const HAND_OVER_MS = 15_000

type Status = { readonly holder?: unknown }

export type HeldHome = {
  /** To be called once the socket is open: from then on clients may start a vault if none answers. */
  readonly opened: () => void
  /** Gives the home up. */
  readonly release: () => void
}

/**
 * Makes this process the only vault of the home; a vault without windows that has it open is asked to hand it
 * over. Until `opened` is called no client starts one. Throws INVALID_REQUEST if another process keeps the home,
 * and STORE_WRITE_FAILED.
 */
export async function takeHome(home: string): Promise<HeldHome> {
  const deadline = performance.now() + HAND_OVER_MS
  // A client that starts a vault lets go of this once the vault answers.
  const opened = await holdStart(home, HAND_OVER_MS)
  if (opened === null) throw kept()
  try {
    while (performance.now() < deadline) {
      const release = await holdHome(home, FREE_MS)
      if (release !== null) return { opened, release }
      // Again, because it may just have begun and not have opened its socket yet.
      await askToHandOver(home)
    }
    throw kept()
  } catch (error) {
    opened()
    throw error
  }
}

function kept(): VaultError {
  return new VaultError('INVALID_REQUEST', {
    message: 'Another Latchkey process has this data folder open and does not end. End it, then start again.'
  })
}

/** False: no vault without windows answers there. */
async function askToHandOver(home: string): Promise<boolean> {
  const { path } = socketPlace(home)
  const key = await readPrivateFile(terminalKeyFile(home)).catch(() => null)
  if (path === null || key === null) return false
  try {
    const identity = { client: TERMINAL, secret: Buffer.from(key.trim(), 'hex') }
    const connection = await VaultConnection.open(path, identity)
    try {
      const { holder } = (await connection.ask('status')) as Status
      if (holder !== 'serve') return false
      await connection.ask('handOver')
      return true
    } finally {
      connection.destroy()
    }
  } catch {
    return false // it is gone, or ends just now
  }
}
