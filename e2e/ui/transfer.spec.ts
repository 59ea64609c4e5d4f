import type { Locator, Page } from '@playwright/test'
import {
  chooseFile,
  manyKeys,
  nextFile,
  openImport,
  plainFile,
  sealedFile,
  strangeFile
} from './transfer-states.ts'
import { expect, settled, test } from './ui-fixture.ts'
import { workMeter } from './work-meter.ts'

const add = (page: Page) => page.getByRole('dialog', { name: 'Add a credential' })
const tick = (page: Page, name: RegExp) => add(page).getByRole('checkbox', { name })
const button = (page: Page, name: string) => add(page).getByRole('button', { name, exact: true })
const listRow = (page: Page, name: RegExp) =>
  page.getByRole('grid', { name: 'Credentials' }).getByRole('row', { name })
const passphrase = (page: Page) => add(page).getByLabel('Passphrase or recovery key', { exact: true })

async function calls(page: Page, name: string): Promise<readonly unknown[]> {
  return page.evaluate(
    (name) => globalThis.fakes.vault.calls.filter((call) => call.name === name).map(({ args }) => args[0]),
    name
  )
}

/** Returns what the fake still holds of a file or a text. */
const waiting = async (page: Page) => page.evaluate(() => globalThis.fakes.vault.transfer.waiting())

/** Checks that the document contains no part of a secret, neither as text nor in a field. */
async function expectNowhere(page: Page, secret: string): Promise<void> {
  expect(await page.content()).not.toContain(secret)
  const values = await page.evaluate(() =>
    [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value)
  )
  expect(values.join('\n')).not.toContain(secret)
}

async function tabTo(page: Page, goal: Locator): Promise<void> {
  for (let press = 0; press < 20; press += 1) {
    if (await goal.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached ${goal.toString()}.`)
}

test('pasted text is read, looked at and stored, and nothing of it stays in the page', async ({ ui }) => {
  const page = await ui.open()
  await openImport(page)
  await add(page).getByLabel('Or paste text').fill('NPM_TOKEN__ci=npm_canary0123456789\nnonsense')
  await button(page, 'Read the text').click()
  await expect(add(page).getByRole('heading', { name: '1 new.' })).toBeFocused()
  await expect(tick(page, /^npm, ci, New$/)).toBeChecked()
  await expect(add(page).getByText('Remove the file afterwards')).toHaveCount(0)
  await add(page).getByText('1 entry skipped').click()
  await expect(add(page).getByText('Line 2 names no service.')).toBeVisible()
  await expectNowhere(page, 'canary')
  await button(page, 'Import 1').click()
  await expect(add(page).getByRole('heading', { name: '1 imported.' })).toBeVisible()
  await expect(button(page, 'Done')).toBeFocused()
  await button(page, 'Done').click()
  await expect(add(page)).toBeHidden()
  await expect(listRow(page, /^npm, ci/)).toBeVisible()
  expect(await calls(page, 'runImport')).toMatchObject([
    { rows: [0], replace: false, removePlaintext: false }
  ])
  expect(await calls(page, 'cancelImport')).toEqual([])
})

test('a file is imported by keys alone: arrows move, space checks, and Tab goes past the rows', async ({
  ui
}) => {
  const page = await ui.open({ seed: 'empty' })
  await nextFile(page, plainFile)
  await tabTo(page, page.getByRole('button', { name: 'import from a file' }))
  await page.keyboard.press('Enter')
  await expect(add(page).getByRole('tab', { name: 'Import' })).toHaveAttribute('aria-selected', 'true')
  await tabTo(page, button(page, 'Choose a file…'))
  await page.keyboard.press('Enter')
  await expect(add(page).getByRole('heading', { name: '4 new, 1 can’t be kept.' })).toBeFocused()
  await tabTo(page, tick(page, /^OpenAI, default/))
  await page.keyboard.press('ArrowDown')
  await expect(tick(page, /^OpenAI, Acme staging/)).toBeFocused()
  await page.keyboard.press('Space')
  await expect(tick(page, /^OpenAI, Acme staging/)).not.toBeChecked()
  await page.keyboard.press('End')
  const refused = tick(page, /^test, default, Can’t be kept/)
  await expect(refused).toBeFocused()
  await expect(refused).toBeDisabled()
  await expect(refused).toHaveAccessibleDescription('It has no value.')
  await page.keyboard.press('Space')
  await expect(refused).not.toBeChecked()
  await page.keyboard.press('Home')
  await tabTo(page, button(page, 'Import 3'))
  await page.keyboard.press('Enter')
  await expect(button(page, 'Done')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(listRow(page, /^OpenAI, default/)).toBeVisible()
  await expect(page.locator('[data-row]:focus')).toHaveCount(1)
  expect(await calls(page, 'runImport')).toMatchObject([{ rows: [0, 2, 3] }])
})

test('Escape after the first import moves the focus into the new list', async ({ ui }) => {
  const page = await ui.open({ seed: 'empty' })
  await nextFile(page, plainFile)
  await page.getByRole('button', { name: 'import from a file' }).click()
  await button(page, 'Choose a file…').click()
  await button(page, 'Import 4').click()
  await expect(button(page, 'Done')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(add(page)).toBeHidden()
  await expect(page.locator('[data-row]:focus')).toHaveCount(1)
})

test('a list that appears after the dialog was left gets the focus of the button that disappears', async ({
  ui
}) => {
  const page = await ui.open({ seed: 'empty' })
  await page.getByRole('button', { name: 'import from a file' }).click()
  await expect(button(page, 'Choose a file…')).toBeFocused()
  await page.evaluate(() => {
    const { vault, seeds } = globalThis.fakes
    vault.upsert(seeds.seed('twelve', Date.now()).credentials.slice(0, 3))
    const escape = { key: 'Escape', bubbles: true, cancelable: true }
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', escape))
  })
  await expect(add(page)).toBeHidden()
  await expect(page.locator('[data-row]:focus')).toHaveCount(1)
})

test('a sealed export opens with its passphrase, and a wrong one is reported beside the field', async ({
  ui
}) => {
  const page = await ui.open()
  await chooseFile(page, sealedFile)
  await expect(passphrase(page)).toBeFocused()
  await expect(passphrase(page)).toHaveAttribute('type', 'password')
  await page.keyboard.press('Enter')
  await expect(add(page).getByRole('alert')).toHaveText('Enter the passphrase or the recovery key.')
  await page.keyboard.insertText('wrong canary phrase')
  await page.keyboard.press('Enter')
  await expect(add(page).getByRole('alert')).toHaveText(
    'That passphrase or recovery key does not open this file.'
  )
  await expect(passphrase(page)).toBeFocused()
  await expect(passphrase(page)).toHaveValue('')
  await page.keyboard.insertText('correct horse battery staple')
  await page.keyboard.press('Enter')
  await expect(add(page).getByRole('heading', { name: '2 new.' })).toBeFocused()
  await expectNowhere(page, 'correct horse')
  await expect(add(page).getByText('Remove the file afterwards')).toHaveCount(0)
  await button(page, 'Import 2').click()
  await expect(button(page, 'Done')).toBeFocused()
  expect(await calls(page, 'openImport')).toHaveLength(2)
})

test('a stored value is replaced only when its row is checked and a question is answered', async ({ ui }) => {
  const page = await ui.open()
  await chooseFile(page, plainFile)
  const replaces = tick(page, /^OpenAI, Acme staging, Replaces$/)
  await expect(replaces).not.toBeChecked()
  await add(page).getByText('Acme staging').click()
  await expect(replaces).toBeChecked()
  await expect(add(page).getByText('1 stored value will be replaced.')).toBeVisible()
  await button(page, 'Import 4').click()
  const question = page.getByRole('alertdialog', { name: 'Replace 1 stored value?' })
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question).toBeHidden()
  expect(await calls(page, 'runImport')).toEqual([])
  await button(page, 'Import 4').click()
  await question.getByRole('button', { name: 'Replace and import' }).click()
  await expect(add(page).getByRole('heading', { name: '4 imported.' })).toBeVisible()
  expect(await calls(page, 'runImport')).toMatchObject([{ rows: [0, 1, 2, 3], replace: true }])
})

test('a host that only the file names is allowed when its box is checked, also by keyboard', async ({
  ui
}) => {
  const page = await ui.open()
  await chooseFile(page, strangeFile)
  const host = add(page).getByLabel('Also to proxy.acme.example, which only this file names')
  await expect(host).not.toBeChecked()
  await tick(page, /^OpenAI, default/).focus()
  await tabTo(page, host)
  await page.keyboard.press('Space')
  await expect(host).toBeChecked()
  await button(page, 'Import 3').click()
  await expect(button(page, 'Done')).toBeVisible()
  expect(await calls(page, 'runImport')).toMatchObject([
    { hosts: [{ index: 0, host: 'proxy.acme.example' }] }
  ])
})

test('a row that is already stored can not be checked or imported', async ({ ui }) => {
  const page = await ui.open()
  const same = 'OPENAI_API_KEY__Acme staging=sk-stored-9Q\nNPM_TOKEN__ci=npm_000000000000'
  await chooseFile(page, { ...plainFile, text: same })
  const here = tick(page, /^OpenAI, Acme staging, Already here$/)
  await expect(here).toBeDisabled()
  await here.click({ force: true })
  await expect(here).not.toBeChecked()
  await add(page).getByLabel('Select all').click()
  await expect(here).not.toBeChecked()
  await expect(button(page, 'Import')).toBeDisabled()
  await add(page).getByLabel('Select all').click()
  await button(page, 'Import 1').click()
  await expect(add(page).getByRole('heading', { name: '1 imported, 1 already here.' })).toBeVisible()
})

test('a row that fails shows its reason, and the plaintext file stays', async ({ ui }) => {
  const page = await ui.open()
  await chooseFile(page, {
    ...plainFile,
    text: 'OPENAI_API_KEY=sk-0000000000\nNPM_TOKEN=npm_0000000000',
    failing: { 1: 'The keychain did not answer in time.' }
  })
  await add(page).getByRole('checkbox', { name: 'Remove the file afterwards' }).click()
  await button(page, 'Import 2').click()
  await expect(add(page).getByRole('heading', { name: '1 imported, 1 failed.' })).toBeVisible()
  await expect(add(page).getByText('The keychain did not answer in time.')).toBeVisible()
  await expect(add(page).getByText('~/projects/acme/.env was kept.', { exact: false })).toBeVisible()
  expect(await calls(page, 'runImport')).toMatchObject([{ removePlaintext: true }])
})

test('the file is removed when all of it is stored, and not while a row is left out', async ({ ui }) => {
  const page = await ui.open()
  await chooseFile(page, { ...plainFile, text: 'OPENAI_API_KEY=sk-0000000000\nNPM_TOKEN=npm_0000000000' })
  await add(page).getByRole('checkbox', { name: 'Remove the file afterwards' }).click()
  await tick(page, /^npm, default/).click()
  await expect(add(page).getByText('The file is kept if you leave out a row.')).toBeVisible()
  await tick(page, /^npm, default/).click()
  await button(page, 'Import 2').click()
  await expect(add(page).getByText('~/projects/acme/.env was removed.')).toBeVisible()
})

test('leaving ends the import that was read: by Escape, by another tab and by choosing another file', async ({
  ui
}) => {
  const page = await ui.open()
  await chooseFile(page, plainFile)
  await expect(button(page, 'Import 3')).toBeVisible()
  expect(await waiting(page)).toHaveLength(1)
  await button(page, 'Choose another').click()
  await expect(button(page, 'Choose a file…')).toBeVisible()
  await expect.poll(async () => waiting(page)).toEqual([])

  await nextFile(page, sealedFile)
  await button(page, 'Choose a file…').click()
  await expect(passphrase(page)).toBeVisible()
  await add(page).getByRole('tab', { name: 'API key' }).click()
  await expect.poll(async () => waiting(page)).toEqual([])

  await add(page).getByRole('tab', { name: 'Import' }).click()
  await nextFile(page, plainFile)
  await button(page, 'Choose a file…').click()
  await expect(button(page, 'Import 3')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(add(page)).toBeHidden()
  await expect.poll(async () => waiting(page)).toEqual([])
  await expect(page.getByRole('button', { name: 'Add', exact: true }).first()).toBeFocused()
})

test('an import that is read only after the person has left is ended too', async ({ ui }) => {
  const page = await ui.open({ delay: 400, realTime: true })
  await chooseFile(page, plainFile)
  await expect(add(page).getByRole('status').filter({ hasText: 'Reading…' })).toBeAttached()
  await page.keyboard.press('Escape')
  await expect.poll(async () => calls(page, 'cancelImport')).toHaveLength(1)
  await expect.poll(async () => waiting(page)).toEqual([])
})

test('a dialog of the system that is closed changes nothing', async ({ ui }) => {
  const page = await ui.open()
  await openImport(page)
  await nextFile(page, null)
  await button(page, 'Choose a file…').click()
  await expect(button(page, 'Choose a file…')).toBeEnabled()
  await expect(button(page, 'Choose a file…')).toBeFocused()
  await expect(add(page).getByRole('alert')).toHaveCount(0)
})

test('text that could not be read stays to be corrected, and an import that is refused can be tried again', async ({
  ui
}) => {
  const page = await ui.open()
  await openImport(page)
  const text = add(page).getByLabel('Or paste text')
  await button(page, 'Read the text').click()
  await expect(add(page).getByRole('alert')).toHaveText('Paste the text first.')
  await expect(text).toBeFocused()
  await text.fill('{}')
  await button(page, 'Read the text').click()
  await expect(add(page).getByText('There is nothing in it that Latchkey can read.')).toBeVisible()
  await expect(text).toHaveValue('{}')
  await text.fill('{"npm/ci":"npm_0000000000"}')
  await button(page, 'Read the text').click()
  await page.evaluate(() => globalThis.fakes.vault.failNext('runImport', 'KEYCHAIN_TIMEOUT'))
  await button(page, 'Import 1').click()
  await expect(add(page).getByText('KEYCHAIN_TIMEOUT')).toBeVisible()
  await button(page, 'Import 1').click()
  await expect(add(page).getByRole('heading', { name: '1 imported.' })).toBeVisible()
})

test('five hundred rows can be gone through and chosen without waiting', async ({ ui }) => {
  const page = await ui.open({ realTime: true })
  await chooseFile(page, manyKeys(500))
  await expect(button(page, 'Import 500')).toBeVisible()
  const first = tick(page, /^OpenAI, user-0,/)
  await first.focus()
  const { worked, unit } = await workMeter(page)
  const before = await worked()
  await page.evaluate(async () => {
    document.querySelector<HTMLElement>('[role=columnheader] input')?.click()
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  })
  const took = (await worked()) - before
  expect(took).toBeGreaterThan(0)
  expect(took / (await unit())).toBeLessThan(20)
  await expect(button(page, 'Import')).toBeDisabled()
  await page.keyboard.press('End')
  const last = tick(page, /^OpenAI, user-499,/)
  await expect(last).toBeFocused()
  await expect(last).toBeInViewport()
  await page.keyboard.press('Space')
  await expect(button(page, 'Import 1')).toBeEnabled()
  await page.keyboard.press('PageUp')
  await expect(tick(page, /^OpenAI, user-489,/)).toBeFocused()
  await button(page, 'Import 1').click()
  await expect(add(page).getByRole('heading', { name: '1 imported.' })).toBeVisible()
})

test('of thousands of rows five hundred are drawn, all are counted, and the next come when asked for', async ({
  ui
}) => {
  const page = await ui.open()
  await chooseFile(page, manyKeys(1200))
  await expect(button(page, 'Import 1,200')).toBeVisible()
  await expect(add(page).getByText('500 of 1,200 shown.')).toBeVisible()
  await expect(add(page).locator('[data-tick]')).toHaveCount(500)
  await button(page, 'Show more').click()
  await expect(add(page).locator('[data-tick="500"]')).toBeFocused()
  await button(page, 'Show more').click()
  await expect(add(page).locator('[data-tick]')).toHaveCount(1200)
  await expect(button(page, 'Show more')).toHaveCount(0)
  await expect(add(page).locator('[data-tick="1000"]')).toBeFocused()
  await add(page).getByLabel('Select all').click()
  await expect(button(page, 'Import')).toBeDisabled()
})

test('nothing is cut off at 320 pixels', async ({ ui }) => {
  const page = await ui.open({ size: { width: 320, height: 640 } })
  await chooseFile(page, { ...plainFile, text: `${plainFile.text}\n${manyKeys(5).text}` })
  await expect(add(page).getByRole('grid')).toBeVisible()
  await settled(page)
  const wide = await add(page).evaluate((dialog) =>
    [dialog, ...dialog.querySelectorAll(':not([class*=hidden] *)')]
      .filter((element) => {
        const { right, width } = element.getBoundingClientRect()
        return right > document.documentElement.clientWidth + 1 && width > 1
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 200))
  )
  expect(wide).toEqual([])
  await ui.audit(page)
})

test('an old file that the doctor found is imported from its row', async ({ ui }) => {
  const page = await ui.open()
  await page.getByRole('button', { name: 'Doctor' }).click()
  const several = page.getByRole('button', { name: 'Import one of these files' })
  await several.click()
  await nextFile(page, { ...plainFile, text: 'EXA_API_KEY=exa-0000000000' })
  await page.getByRole('menuitem', { name: '~/.llxprt/tools/exa.key' }).click()
  await expect(button(page, 'Import 1')).toBeVisible()
  await expect(add(page).getByText('~/.llxprt/tools/exa.key')).toBeVisible()
  expect(await calls(page, 'previewImport')).toEqual([{ kind: 'old-file', path: '~/.llxprt/tools/exa.key' }])
  await button(page, 'Import 1').click()
  await button(page, 'Done').click()
  await expect(add(page)).toBeHidden()
  await expect(page.getByRole('heading', { name: 'Doctor' })).toBeVisible()
  await expect.poll(async () => calls(page, 'runDoctor')).toHaveLength(2)
  await expect(several).toBeFocused()
  await page.getByRole('button', { name: 'Import ~/.config/acme/auth/tokens/sso.token.json' }).click()
  await expect(add(page).getByRole('tab', { name: 'Import' })).toHaveAttribute('aria-selected', 'true')
  await expect.poll(async () => calls(page, 'previewImport')).toHaveLength(2)
})
