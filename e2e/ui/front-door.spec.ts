import type { Page } from '@playwright/test'
import { paste } from './paste.ts'
import { expect, settled, test } from './ui-fixture.ts'

const OPENAI = 'sk-proj-0123456789abcdefghij'
const UNKNOWN = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

const add = (page: Page) => page.getByRole('dialog', { name: 'Add a credential' })
const field = (page: Page) => add(page).getByRole('searchbox', { name: 'Search a service or paste a key' })
const palette = (page: Page) => page.getByRole('dialog', { name: 'Find or do something' })
const lines = (page: Page) => palette(page).getByRole('option')

async function openAdd(page: Page): Promise<void> {
  await settled(page)
  await page.keyboard.press('Control+n')
  await expect(field(page)).toBeFocused()
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await expect(palette(page).getByRole('combobox')).toBeFocused()
}

const calls = (page: Page, name: string) =>
  page.evaluate((wanted) => globalThis.fakes.vault.calls.filter((call) => call.name === wanted), name)

test.describe('the one field on top of the add dialog', () => {
  test('a pasted key goes masked into the key form, with its service, and never stands in the field', async ({
    ui
  }) => {
    const page = await ui.open()
    await openAdd(page)
    await paste(page, OPENAI)
    await expect(add(page).getByRole('tab', { name: 'API key' })).toHaveAttribute('aria-selected', 'true')
    const key = add(page).getByLabel('Key', { exact: true })
    await expect(key).toHaveValue(OPENAI)
    await expect(key).toHaveAttribute('type', 'password')
    await expect(add(page).getByRole('combobox', { name: 'Service' })).toContainText('OpenAI')
    await expect(add(page).getByLabel('Account')).toHaveValue('default')
    expect(await page.content()).not.toContain(OPENAI)
    await page.keyboard.press('Enter')
    await expect(page.getByText('OpenAI added')).toBeVisible()
    expect(await calls(page, 'addApiKey')).toMatchObject([
      { args: [{ service: 'openai', account: 'default' }] }
    ])
  })

  test('a second key of a service is “default 2”, and a typed account stays', async ({ ui }) => {
    const page = await ui.open()
    for (const account of ['default', 'default 2']) {
      await openAdd(page)
      await paste(page, OPENAI)
      await expect(add(page).getByLabel('Account')).toHaveValue(account)
      await page.keyboard.press('Enter')
      await expect(add(page)).toHaveCount(0)
    }
    await openAdd(page)
    await paste(page, OPENAI)
    await add(page).getByLabel('Account').fill('work')
    await add(page).getByLabel('Key', { exact: true }).fill('npm_0123456789abcdef')
    await expect(add(page).getByLabel('Account')).toHaveValue('work')
  })

  test('finds services by word, those with keys too; Enter takes the first', async ({ ui }) => {
    const page = await ui.open()
    await openAdd(page)
    await field(page).fill('anthropic')
    await page.keyboard.press('Enter')
    await expect(add(page).getByRole('combobox', { name: 'Service' })).toContainText('Anthropic')
    await add(page).getByRole('tab', { name: 'Provider' }).click()
    await expect(field(page)).toBeFocused()
    await field(page).fill('gitlab')
    await page.keyboard.press('Enter')
    await expect(add(page).getByText(/^Create an app at GitLab/)).toBeVisible()
    await expect(add(page).getByLabel('Client ID')).toBeFocused()
    await add(page).getByRole('button', { name: 'All services' }).click()
    await expect(field(page)).toHaveValue('gitlab')
    await expect(field(page)).toBeFocused()
  })

  test('the tiles of keys are one stop of Tab, and arrow keys move through them', async ({ ui }) => {
    const page = await ui.open()
    await openAdd(page)
    await field(page).fill('open')
    const tiles = add(page).getByRole('list', { name: 'API key' }).getByRole('button')
    await expect(tiles).toHaveText([/OpenAI/, /OpenRouter/])
    await page.keyboard.press('Tab')
    await expect(tiles.first()).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(tiles.last()).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(add(page).getByRole('combobox', { name: 'Service' })).toContainText('OpenRouter')
  })

  test('no match leads on by two buttons', async ({ ui }) => {
    const page = await ui.open()
    await openAdd(page)
    await field(page).fill('sso.example.net')
    await add(page).getByRole('button', { name: 'Add a custom server' }).click()
    await expect(add(page).getByLabel('Issuer URL')).toHaveValue('sso.example.net')
    await add(page).getByRole('tab', { name: 'Provider' }).click()
    await field(page).fill('nobody has this')
    await add(page).getByRole('button', { name: 'Paste a key' }).click()
    await expect(add(page).getByLabel('Key', { exact: true })).toBeFocused()
  })

  test('the lines of a .env are read as an import', async ({ ui }) => {
    const page = await ui.open()
    await openAdd(page)
    await paste(page, `OPENAI_API_KEY=${OPENAI}\nOTHER_KEY=0123456789abcdefghijkl\n`)
    await expect(add(page).getByRole('tab', { name: 'Import' })).toHaveAttribute('aria-selected', 'true')
    expect(await calls(page, 'previewImport')).toHaveLength(1)
  })
})

test.describe('the form of a key', () => {
  test('an error goes when its field is changed', async ({ ui }) => {
    const page = await ui.open()
    await openAdd(page)
    await add(page).getByRole('tab', { name: 'API key' }).click()
    await expect(add(page).getByLabel('Key', { exact: true })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(add(page).getByText('Paste or type the key.')).toBeVisible()
    await page.keyboard.type('x')
    await expect(add(page).getByText('Paste or type the key.')).toHaveCount(0)
  })

  test('Esc asks before what was typed is discarded, and Cancel does not', async ({ ui }) => {
    const page = await ui.open()
    await openAdd(page)
    await paste(page, UNKNOWN)
    await add(page).getByLabel('Service name').fill('Mine')
    await page.keyboard.press('Escape')
    const question = page.getByRole('alertdialog', { name: 'Discard what you typed?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect(add(page).getByLabel('Service name')).toHaveValue('Mine')
    await page.keyboard.press('Escape')
    await question.getByRole('button', { name: 'Discard' }).click()
    await expect(add(page)).toHaveCount(0)
    await openAdd(page)
    await page.keyboard.press('Escape')
    await expect(add(page)).toHaveCount(0)
  })

  test('another tab asks, too, and begins at its first field once the text is discarded', async ({ ui }) => {
    const page = await ui.open()
    await openAdd(page)
    await paste(page, UNKNOWN)
    await add(page).getByLabel('Service name').fill('Mine')
    await add(page).getByRole('tab', { name: 'Import' }).click()
    const question = page.getByRole('alertdialog', { name: 'Discard what you typed?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect(add(page).getByRole('tab', { name: 'API key' })).toHaveAttribute('aria-selected', 'true')
    await expect(add(page).getByLabel('Service name')).toHaveValue('Mine')
    await add(page).getByRole('tab', { name: 'MCP server' }).click()
    await question.getByRole('button', { name: 'Discard' }).click()
    await expect(add(page).getByRole('tabpanel').getByRole('textbox').first()).toBeFocused()
    await add(page).getByRole('tab', { name: 'Import' }).click()
    await expect(add(page).getByRole('tab', { name: 'Import' })).toHaveAttribute('aria-selected', 'true')
  })
})

test.describe('the palette', () => {
  test('finds a credential and opens its detail', async ({ ui }) => {
    const page = await ui.open()
    await settled(page)
    await openPalette(page)
    await page.keyboard.type('linear')
    await expect(lines(page).first()).toContainText('Linear')
    await page.keyboard.press('Enter')
    await expect(palette(page)).toHaveCount(0)
    await expect(page.getByRole('heading', { name: 'Linear' })).toBeVisible()
  })

  test('runs a command, and says its key', async ({ ui }) => {
    const page = await ui.open()
    await settled(page)
    await openPalette(page)
    await page.keyboard.type('go to doc')
    await expect(lines(page)).toHaveCount(1)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Doctor' })).toBeVisible()
    await openPalette(page)
    await page.keyboard.type('lock')
    await expect(lines(page).first()).toContainText('Ctrl L')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Latchkey is locked' })).toBeVisible()
  })

  test('Tab opens the actions of a credential, Backspace goes back', async ({ ui }) => {
    const page = await ui.open()
    await settled(page)
    await openPalette(page)
    await page.keyboard.type('npm')
    await expect(lines(page).first()).toContainText('npm')
    await page.keyboard.press('Tab')
    await expect(palette(page).getByText('npm,')).toBeVisible()
    await page.keyboard.press('Backspace')
    await page.keyboard.type('npm')
    await page.keyboard.press('Tab')
    await page.keyboard.type('copy key')
    await page.keyboard.press('Enter')
    await expect.poll(() => calls(page, 'copySecret')).toHaveLength(1)
  })

  test('a pasted key is saved by one Enter, and taken back by Undo', async ({ ui }) => {
    const page = await ui.open()
    await settled(page)
    await openPalette(page)
    await paste(page, OPENAI)
    await expect(lines(page)).toHaveCount(1)
    await expect(lines(page)).toContainText('Save key for OpenAI: sk-••••ij')
    expect(await page.content()).not.toContain(OPENAI)
    await page.keyboard.press('Enter')
    await expect(page.getByText('OpenAI added')).toBeVisible()
    expect(await calls(page, 'addApiKey')).toMatchObject([{ args: [{ key: OPENAI, account: 'default' }] }])
    await page.getByRole('button', { name: 'Undo', includeHidden: true }).click()
    await expect.poll(() => calls(page, 'removeWithUndo')).toHaveLength(1)
  })

  test('a key that is not known goes to the form, an address to its two servers', async ({ ui }) => {
    const page = await ui.open()
    await settled(page)
    await openPalette(page)
    await paste(page, UNKNOWN)
    await page.keyboard.press('Enter')
    await expect(add(page).getByLabel('Key', { exact: true })).toHaveValue(UNKNOWN)
    await add(page).getByRole('button', { name: 'Cancel' }).click()
    await openPalette(page)
    await paste(page, 'https://sso.example.net/realms/main')
    await expect(lines(page)).toHaveText([/Sign in at sso\.example\.net/, /Add MCP server sso\.example\.net/])
    await page.keyboard.press('Enter')
    await expect(add(page).getByLabel('Issuer URL')).toHaveValue('https://sso.example.net/realms/main')
  })

  test('what is pasted into the list opens it, and words that fit nothing say so', async ({ ui }) => {
    const page = await ui.open()
    await settled(page)
    await paste(page, OPENAI)
    await expect(lines(page)).toContainText('Save key for OpenAI')
    await page.keyboard.press('Escape')
    await expect(palette(page)).toHaveCount(0)
    await openPalette(page)
    await page.keyboard.type('zzzzqq')
    await expect(palette(page).getByText('Nothing fits.')).toBeVisible()
  })
})

test('a file that is dropped on the window is read as an import', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(['A_KEY=0123456789abcdefghijkl\n'], '.env'))
    for (const type of ['dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    }
  })
  await expect(add(page)).toBeVisible()
  await expect.poll(() => calls(page, 'previewImport')).toHaveLength(1)
})
