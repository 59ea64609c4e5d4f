import type { Page } from '@playwright/test'
import type { UiState } from './ui-states.ts'

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Move to another store' })

async function openMove(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).first().click()
  await page.getByRole('button', { name: 'Move to another store…' }).click()
  await dialog(page).getByRole('group', { name: 'Where secrets should be kept' }).waitFor()
}

async function choose(page: Page, label: string): Promise<void> {
  await openMove(page)
  await dialog(page).getByRole('radio', { name: label, exact: true }).check()
}

const moveAll = (page: Page) => dialog(page).getByRole('button', { name: 'Move everything' }).click()

function told(kind: 'running' | 'failed' | 'half-done') {
  return async (page: Page) => {
    await openMove(page)
    await dialog(page).getByRole('button', { name: 'Close', exact: true }).first().click()
    await page.evaluate((kind) => {
      const problem = globalThis.fakes.seeds.problem('STORE_WRITE_FAILED')
      const states = {
        running: { kind: 'running', step: 'verify', done: 5, total: 12 },
        failed: { kind: 'failed', problem, canResume: true, canUndo: true },
        'half-done': { kind: 'failed', problem, canResume: true, canUndo: false }
      } as const
      const base = { from: 'keychain', to: 'sops', needsPassphrase: false } as const
      globalThis.fakes.vault.emit('moveChanged', { ...base, state: states[kind] })
    }, kind)
    await page.getByRole('button', { name: 'Settings', exact: true }).first().click()
    await page.getByRole('button', { name: 'Show the move…' }).click()
    await dialog(page).waitFor()
  }
}

/** Moves between stores, and a store that waits for its passphrase. */
export const storesStates: readonly UiState[] = [
  { name: 'move-choose', reach: openMove },
  { name: 'move-passphrase', reach: async (page) => choose(page, 'Encrypted files with a passphrase') },
  {
    name: 'move-passphrase-differs',
    reach: async (page) => {
      await choose(page, 'Encrypted files with a passphrase')
      await dialog(page).getByLabel('Passphrase', { exact: true }).fill('twelve characters')
      await dialog(page).getByLabel('Passphrase again', { exact: true }).fill('twelve')
      await moveAll(page)
      await dialog(page).getByText('The passphrases don’t match.').waitFor()
    }
  },
  {
    name: 'move-machine-not-agreed',
    reach: async (page) => {
      await choose(page, 'Encrypted files without a passphrase')
      await moveAll(page)
      await dialog(page).getByText('Check the box').waitFor()
    }
  },
  {
    name: 'move-sops-refused',
    reach: async (page) => {
      await choose(page, 'SOPS files')
      await dialog(page).getByLabel('age key file').fill('/home/ana/absent.txt')
      await moveAll(page)
      await dialog(page).getByRole('alert').waitFor()
    }
  },
  { name: 'move-running', reach: told('running') },
  { name: 'move-failed', reach: told('failed') },
  { name: 'move-half-done', reach: told('half-done') },
  {
    name: 'move-done',
    reach: async (page) => {
      await choose(page, 'SOPS files')
      await dialog(page).getByLabel('age key file').fill('/home/ana/keys.txt')
      await moveAll(page)
      await dialog(page).getByText('moved to SOPS files').waitFor()
    }
  },
  { name: 'locked-files', options: { seed: 'locked-files' } },
  {
    name: 'locked-files-wrong',
    options: { seed: 'locked-files' },
    reach: async (page) => {
      await page.getByLabel('Passphrase', { exact: true }).fill('not the right one')
      await page.keyboard.press('Enter')
      await page.getByText('not the right one').waitFor()
    }
  },
  { name: 'locked-vault', reach: lockByKey },
  {
    name: 'locked-vault-waiting',
    reach: async (page) => {
      await lockByKey(page)
      await page.evaluate(() =>
        globalThis.fakes.vault.emit('lockChanged', {
          isLocked: true,
          needsPassphrase: false,
          waiting: ['Claude Code', 'terminal']
        })
      )
      await page.getByText('Waiting for you: Claude Code and your terminal').waitFor()
    }
  },
  {
    name: 'first-without-store',
    options: { seed: 'first-without-store' }
  },
  {
    name: 'first-passphrase',
    options: { seed: 'first-without-store' },
    reach: async (page) => page.getByRole('button', { name: 'Set a passphrase' }).click()
  },
  { name: 'plain', options: { seed: 'plain' } },
  {
    name: 'plain-storage',
    options: { seed: 'plain' },
    reach: async (page) => page.getByRole('button', { name: 'Details' }).click()
  },
  { name: 'move-interrupted', options: { seed: 'interrupted' } },
  {
    name: 'move-interrupted-dialog',
    options: { seed: 'interrupted' },
    reach: async (page) => page.getByRole('button', { name: 'Finish move' }).click()
  }
]

async function lockByKey(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+l')
  await page.getByRole('heading', { name: 'Latchkey is locked' }).waitFor()
}
