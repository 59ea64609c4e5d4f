import type { VaultConnection } from '../../src-socket/vault-connection.ts'
import { findVault, openVault, type VaultClientPorts, VaultNotStarted } from './vault-client.ts'

/** What answers requests about a home: its vault, or a look from outside. */
export type HomeAnswers = Pick<VaultConnection, 'stream' | 'close'>

export type ReachHomePorts = {
  /**
   * Connects to the vault of the home. Where none runs, `mayStart` starts one, unless no vault can open the home, as
   * one that is not there yet; else the home is looked at from outside, which creates and starts nothing. Rejects with
   * VaultRefusal, and with VaultError for a setting that is not valid.
   */
  readonly reachHome: (wish: { readonly mayStart: boolean }) => Promise<HomeAnswers>
}

type Ways = {
  readonly mayStart: boolean
  readonly outside: () => Promise<HomeAnswers>
}

/** See `ReachHomePorts`. A vault that does not start leaves the look from outside, which can say why. */
export async function reachHome(ports: VaultClientPorts, { mayStart, outside }: Ways): Promise<HomeAnswers> {
  if (!mayStart) return (await findVault(ports)) ?? (await outside())
  try {
    return await openVault(ports)
  } catch (error) {
    if (error instanceof VaultNotStarted) return await outside()
    throw error
  }
}
