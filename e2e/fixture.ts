import { expect, test as base } from '@playwright/test'
import { type OpenIdProvider, startOpenIdProvider } from '../test/support/openid-provider.ts'
import { createStatusNotifierHost, type StatusNotifierHost } from '../test/support/status-notifier-host.ts'
import { type Launched, launchVault, newHome, removeHome } from './support/launch.ts'
import { VaultApp } from './support/vault-app.ts'

type Fixtures = {
  /** Environment of the vault in this file or group. */
  readonly vaultEnv: Readonly<Record<string, string>>
  /** Lifetime of an access token at the provider, in seconds. */
  readonly accessTtl: number
  readonly home: string
  readonly launched: Launched
  readonly vault: VaultApp
  readonly provider: OpenIdProvider
}

type WorkerFixtures = {
  /** The panel that shows the tray of the app's session bus; null on systems without one. */
  readonly trayHost: StatusNotifierHost | null
}

/** `vault`: the built app, a new data folder, the real keychain. `provider`: a certified one on loopback. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  trayHost: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const host = process.platform === 'linux' ? await createStatusNotifierHost() : null
      await host?.come()
      await use(host)
      await host?.close()
    },
    { scope: 'worker', auto: true }
  ],
  vaultEnv: [{}, { option: true }],
  accessTtl: [3600, { option: true }],
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  home: async ({}, use) => {
    const home = newHome()
    await use(home)
    await removeHome(home)
  },
  launched: async ({ home, vaultEnv }, use) => {
    const launched = await launchVault({ home, env: vaultEnv })
    await use(launched)
    await launched.app.close()
    expect(launched.output()).not.toContain('Uncaught Exception')
  },
  vault: async ({ launched }, use) => use(new VaultApp(launched.app, launched.page)),
  provider: async ({ accessTtl }, use) => {
    const provider = await startOpenIdProvider({ accessTtl })
    await use(provider)
    await provider.close()
  }
})

export { expect }
