import type { Page } from '@playwright/test'
import type { FakeFile } from '../../test/fakes/fake-transfer.ts'
import type { UiState } from './ui-states.ts'

export const plainFile: FakeFile = {
  path: '~/projects/acme/.env',
  text: [
    '# keys of the project',
    'OPENAI_API_KEY=sk-new-value-000000000aa',
    'OPENAI_API_KEY__Acme staging=sk-another-value-00bb',
    'NPM_TOKEN__ana=npm_0000000000000000Xq',
    'GITHUB_TOKEN__octocat=ghp_00000000000000000000',
    'TEST_API_KEY=',
    'not a line of a name and a value'
  ].join('\n'),
  sealedWith: null,
  failing: {}
}

/** A file in which one key names hosts that its service does not have. */
export const strangeFile: FakeFile = {
  ...plainFile,
  places: {
    0: { hosts: ['api.openai.com'], moreHosts: ['proxy.acme.example'] },
    1: { hosts: ['api.openai.com'], moreHosts: ['api.openai.com.evil.example'] }
  }
}

export const sealedFile: FakeFile = {
  path: '~/latchkey-2026-11-21.latchkey',
  text: '{"openai/left":"sk-left-0000000000aa","openai/right":"sk-right-000000000bb"}',
  sealedWith: 'correct horse battery staple',
  failing: {}
}

/** Returns a file with as many keys as a large export, some with names that do not fit. */
export function manyKeys(n: number): FakeFile {
  const long = 'an-account-with-a-name-that-nobody-would-choose-but-that-a-file-may-well-hold@example.com'
  const lines = Array.from({ length: n }, (_, index) => {
    const account = index % 40 === 3 ? `${long}-${index}` : `user-${index}`
    return `OPENAI_API_KEY__${account}=sk-value-of-${String(index).padStart(6, '0')}`
  })
  return { path: '~/keys.env', text: lines.join('\n'), sealedWith: null, failing: {} }
}

/** Sets the choice in the next dialog of the system; null closes it. */
export async function nextFile(page: Page, file: FakeFile | null): Promise<void> {
  await page.evaluate((file) => globalThis.fakes.vault.transfer.setNextFile(file), file)
}

const add = (page: Page) => page.getByRole('dialog', { name: 'Add a credential' })

export async function openImport(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add', exact: true }).first().click()
  await add(page).getByRole('tab', { name: 'Import' }).click()
}

export async function chooseFile(page: Page, file: FakeFile): Promise<void> {
  await openImport(page)
  await nextFile(page, file)
  await add(page).getByRole('button', { name: 'Choose a file…' }).click()
}

async function openExport(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await page.getByRole('button', { name: 'Export…' }).click()
}

async function openDoctor(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Doctor' }).click()
  await page.getByRole('button', { name: 'Import one of these files' }).waitFor()
}

export const transferStates: readonly UiState[] = [
  { name: 'import', reach: openImport },
  {
    name: 'import-refused',
    reach: async (page) => {
      await openImport(page)
      await add(page).getByLabel('Or paste text').fill('\n')
      await add(page).getByRole('button', { name: 'Read the text' }).click()
      await add(page).getByLabel('Or paste text').fill('{}')
      await add(page).getByRole('button', { name: 'Read the text' }).click()
      await add(page).getByText('INVALID_REQUEST').waitFor()
    }
  },
  {
    name: 'import-rows',
    reach: async (page) => {
      await chooseFile(page, plainFile)
      await add(page).getByRole('grid').waitFor()
      await add(page).getByText('1 entry skipped').click()
    }
  },
  {
    name: 'import-hosts',
    reach: async (page) => {
      await chooseFile(page, strangeFile)
      await add(page).getByLabel('Also to proxy.acme.example').waitFor()
    }
  },
  {
    name: 'import-many',
    reach: async (page) => {
      await chooseFile(page, manyKeys(200))
      await add(page).getByText('200 new.').first().waitFor()
    }
  },
  {
    name: 'import-replace',
    reach: async (page) => {
      await chooseFile(page, plainFile)
      await add(page).getByLabel('Select all').click()
      await add(page).getByRole('button', { name: 'Import 4' }).click()
      await page.getByRole('alertdialog').waitFor()
    }
  },
  { name: 'import-sealed', reach: async (page) => chooseFile(page, sealedFile) },
  {
    name: 'import-sealed-wrong',
    reach: async (page) => {
      await chooseFile(page, sealedFile)
      await add(page).getByLabel('Passphrase or recovery key', { exact: true }).fill('not this one')
      await page.keyboard.press('Enter')
      await add(page).getByRole('alert').waitFor()
    }
  },
  {
    name: 'import-report',
    reach: async (page) => {
      await chooseFile(page, { ...plainFile, failing: { 0: 'The keychain did not answer in time.' } })
      await add(page).getByRole('button', { name: 'Import 3' }).click()
      await add(page).getByRole('button', { name: 'Done' }).waitFor()
    }
  },
  { name: 'doctor', reach: openDoctor },
  {
    name: 'doctor-import',
    reach: async (page) => {
      await openDoctor(page)
      await page.getByRole('button', { name: 'Import one of these files' }).click()
      await page.getByRole('menuitem').first().waitFor()
    }
  },
  { name: 'export', reach: openExport },
  {
    name: 'export-differs',
    reach: async (page) => {
      await openExport(page)
      await page.getByLabel('Passphrase', { exact: true }).fill('correct horse battery')
      await page.getByLabel('Passphrase again', { exact: true }).fill('correct horse')
      await page.getByRole('button', { name: 'Choose where…' }).click()
    }
  },
  {
    name: 'export-report',
    reach: async (page) => {
      await openExport(page)
      await page.getByLabel('Passphrase', { exact: true }).fill('correct horse battery')
      await page.getByLabel('Passphrase again', { exact: true }).fill('correct horse battery')
      await page.getByRole('button', { name: 'Choose where…' }).click()
      await page.getByText('11 credentials exported').first().waitFor()
    }
  },
  {
    name: 'recovery-on',
    reach: async (page) => {
      await page.evaluate(() =>
        globalThis.fakes.vault.transfer.setRecovery({
          kind: 'on',
          createdAt: '2026-08-14T16:20:00Z',
          copiedAt: '2026-11-20T06:12:00Z',
          path: '/home/ana/.local/share/latchkey/recovery/a-folder-with-a-rather-long-name/latest.age',
          problem: 'The last copy could not be written: there is no space left on the disk.'
        })
      )
      await page.getByRole('button', { name: 'Settings', exact: true }).click()
      await page.getByText('On since').scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'recovery-remove',
    reach: async (page) => {
      await page.evaluate(() =>
        globalThis.fakes.vault.transfer.setRecovery({
          kind: 'on',
          createdAt: '2026-08-14T16:20:00Z',
          copiedAt: null,
          path: '~/recovery',
          problem: null
        })
      )
      await page.getByRole('button', { name: 'Settings', exact: true }).click()
      await page.getByRole('button', { name: 'Remove the recovery key…' }).click()
      await page.getByRole('alertdialog').waitFor()
    }
  }
]
