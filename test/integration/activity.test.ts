import { existsSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { VaultEvents } from '#shared/ipc.ts'
import { homeLayout } from '../../src-main/home/home-layout.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'

const everything = { limit: 1000, credential: null, client: null, kind: null }

let harness: Harness
beforeEach(async () => {
  harness = await openTestVault({ home: await newVaultHome(), store: 'file' })
  const { handlers, preferences } = harness.vault
  await handlers.setPreferences({ ...preferences.get(), allowEncryptedFiles: true })
})
afterEach(async () => {
  await harness.vault.close()
  await removeVaultHome(harness.home)
})

it('a vault that was never used is asked for its log and gets none for that', async () => {
  const { home, vault } = harness
  expect(await vault.handlers.listAudit(everything)).toEqual([])
  expect(await vault.handlers.explainAudit(1)).toBeNull()
  expect(existsSync(homeLayout(home).audit)).toBe(false)
})

it('a pairing and its end are told to the window, are in the log, and can be copied as JSON lines', async () => {
  const { copied, vault } = harness
  const told: VaultEvents['activityChanged'][] = []
  const heard = (seq: number): Promise<void> =>
    new Promise((resolve) => {
      const stop = vault.on('activityChanged', (news) => {
        told.push(news)
        if ((news.seq ?? 0) < seq) return
        stop()
        resolve()
      })
    })
  const first = heard(1)
  await vault.use.handlers.pairClient('ci-bot')
  await first
  expect((await vault.handlers.listClients()).map(({ name }) => name)).toEqual(['ci-bot'])
  const second = heard(2)
  await vault.handlers.removeClient('ci-bot')
  await second
  expect(await vault.handlers.listClients()).toEqual([])
  const rows = await vault.handlers.listAudit(everything)
  expect(rows.map(({ action, clientName, seq }) => [seq, action, clientName])).toEqual([
    [2, 'unpair', 'ci-bot'],
    [1, 'pair', 'ci-bot']
  ])
  expect(told.at(-1)).toEqual({ seq: 2 })
  await vault.handlers.copyActivity([2, 1])
  expect(copied).toEqual([`${rows.map((row) => JSON.stringify(row)).join('\n')}\n`])
  const { head, soundTo } = await vault.handlers.verifyAudit(null)
  expect(soundTo).toBe(2)
  await vault.handlers.copyAuditAnchor()
  expect(copied[1]).toBe(head)
})
