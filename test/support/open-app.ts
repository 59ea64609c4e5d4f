import { holdHome } from '../../src-main/home/hold-home.ts'
import { openVaultSocket } from '../../src-main/vault/socket.ts'
import { type Harness, type HarnessOptions, openTestVault } from './vault-harness.ts'

/**
 * Makes a vault of this process the one that answers the commands of its home, as the app does. Returns the function
 * that ends that; the vault itself stays open.
 */
export async function answerAsApp({
  home,
  vault
}: Pick<Harness, 'home' | 'vault'>): Promise<() => Promise<void>> {
  const release = await holdHome(home, 0)
  if (release === null) throw new Error('another process holds the home')
  const server = await openVaultSocket(vault, {
    home,
    version: '0.0.0-test',
    holder: 'app',
    onHandOver: () => undefined
  })
  return async () => {
    await server.close()
    release()
  }
}

/** `close` gives the home up and closes the vault. */
export type OpenApp = Harness & { readonly close: () => Promise<void> }

/** Opens a vault in this process that answers the commands of its home, as the app does. */
export async function openTestApp(options: HarnessOptions): Promise<OpenApp> {
  const harness = await openTestVault(options)
  const end = await answerAsApp(harness)
  return {
    ...harness,
    close: async () => {
      await end()
      await harness.vault.close()
    }
  }
}
