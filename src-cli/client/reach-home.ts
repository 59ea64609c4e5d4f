import type { VaultConnection } from '../../src-socket/vault-connection.ts'
import { findVault, openVault, type VaultClientPorts, VaultNotStarted } from './vault-client.ts'

/** What answers requests about a home: its vault, or a look from outside. */
export type HomeAnswers = Pick<VaultConnection, 'stream' | 'close'>

/**
 * How a home is reached. `start`: by its vault, which is started if none runs; a home in which no vault can be opened,
 * such as one that is not there yet, is looked at from outside. `find`: by a vault that runs, else from outside.
 * `outside`: by no vault. A look from outside creates and starts nothing.
 */
export type Way = 'start' | 'find' | 'outside'

export type ReachHomePorts = {
  /** Rejects with VaultRefusal, and with VaultError for a setting that is not valid. */
  readonly reachHome: (way: Way) => Promise<HomeAnswers>
}

type Home = {
  /** False: the home does not exist yet, or it can’t be written. */
  readonly isOpenable: boolean
  readonly outside: () => Promise<HomeAnswers>
}

/** See `ReachHomePorts`. A vault that does not start leaves the look from outside, which can say why. */
export async function reachHome(
  way: Way,
  ports: VaultClientPorts,
  { isOpenable, outside }: Home
): Promise<HomeAnswers> {
  if (way === 'outside') return await outside()
  if (way === 'find' || !isOpenable) return (await findVault(ports)) ?? (await outside())
  try {
    return await openVault(ports)
  } catch (error) {
    if (error instanceof VaultNotStarted) return await outside()
    throw error
  }
}
