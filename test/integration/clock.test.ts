import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ClockSkew } from '#shared/clock-skew.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'
import { systemClock } from '../support/oauth-world.ts'

const TEN_MINUTES = 600_000
let provider: OpenIdProvider
let home: string
beforeAll(async () => {
  provider = await startOpenIdProvider()
  home = await newVaultHome()
})
afterAll(async () => {
  await provider.close()
  await removeVaultHome(home)
})

it('A clock that is ten minutes ahead is told to windows, tray and terminal, until an answer agrees with it', async () => {
  let ahead = TEN_MINUTES
  const clock = { ...systemClock, now: () => new Date(Date.now() + ahead) }
  const { vault, warnings } = await openTestVault({ home, hasKeychain: false, clock })
  const told: (ClockSkew | null)[] = []
  vault.on('clockChanged', (skew) => told.push(skew))
  const skewNow = async () => (await vault.handlers.getSnapshot()).clock
  const ask = async () => {
    await vault.handlers.discoverIssuer(provider.issuer)
  }

  expect(await skewNow()).toBeNull()
  await ask()
  const skew = { minutesAhead: 10, host: new URL(provider.issuer).host }
  expect(await skewNow()).toEqual(skew)
  expect(vault.trayModel().tooltip).toContain('clock about 10 minutes ahead')
  expect(warnings.filter((sentence) => sentence.includes('clock'))).toHaveLength(1)

  ahead = 0
  await ask()
  expect(await skewNow()).toBeNull()
  expect(told).toEqual([skew, null])
  await vault.close()
})
