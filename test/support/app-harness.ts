import { holdHome } from '../../src-main/home/hold-home.ts'
import { openVaultSocket } from '../../src-main/vault/socket.ts'
import { type Harness, type HarnessOptions, newVaultHome, openTestVault } from './vault-harness.ts'

/** `close` closes the socket and the vault, and gives the home up. */
export type AppHarness = Harness & { readonly close: () => Promise<void> }

/** The whole vault as the app has it open: it holds the home and answers at the socket, too. */
export async function openTestApp(options: HarnessOptions = {}): Promise<AppHarness> {
  const home = options.home ?? (await newVaultHome())
  const release = await holdHome(home, 0)
  if (release === null) throw new Error('Another vault has the home open.')
  const harness = await openTestVault({ ...options, home })
  const server = await openVaultSocket(harness.vault, {
    home,
    version: '0.0.0-test',
    holder: 'app',
    onHandOver: () => undefined
  })
  return {
    ...harness,
    close: async () => {
      await server.close()
      await harness.vault.close()
      release()
    }
  }
}
