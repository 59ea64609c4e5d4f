import type { Page } from '@playwright/test'
import { expect, settled, test } from './ui-fixture.ts'

const AWS_SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

async function openKeyForm(page: Page): Promise<void> {
  await settled(page)
  await page.getByRole('button', { name: 'Add', exact: true }).first().click()
  await page.getByRole('tab', { name: 'API key' }).click()
}

/** As a paste does: the whole text at once, over what stood there. */
async function paste(page: Page, key: string): Promise<void> {
  await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill(key)
}

const service = (page: Page) => page.getByRole('dialog').getByRole('combobox', { name: 'Service' })
const hosts = (page: Page) => page.getByRole('dialog').getByRole('button', { name: /^Remove /, exact: false })

test('a key is never filed under, or sent to, the service of the one that was pasted before', async ({
  ui
}) => {
  const page = await ui.open()
  await openKeyForm(page)
  const known = await page.evaluate(async () => {
    const snapshot = await window.vault.getSnapshot()
    const providers = snapshot.ok ? snapshot.value.providers : []
    return providers.flatMap(({ kind, name, allowedHosts, keyPrefixes }) =>
      kind === 'api-key' ? keyPrefixes.map((prefix) => ({ name, prefix, allowedHosts })) : []
    )
  })
  expect(known.length).toBeGreaterThan(30)
  for (const { name, prefix, allowedHosts } of known) {
    await paste(page, `${prefix}0123456789abcdef`)
    await expect(service(page)).toContainText(name)
    await expect(hosts(page)).toHaveCount(allowedHosts.length)
    await paste(page, AWS_SECRET)
    await expect(service(page)).toHaveText('Another service')
    await expect(hosts(page)).toHaveCount(0)
  }
})

test('a service that was chosen by hand stays, and the form says what the key looks like', async ({ ui }) => {
  const page = await ui.open()
  await openKeyForm(page)
  await service(page).click()
  await page.getByRole('option', { name: 'Stripe' }).click()
  await paste(page, 'sk-ant-0123456789abcdef')
  await expect(service(page)).toContainText('Stripe')
  await expect(
    page.getByText('Looks like a key for Anthropic. Check the service.', { exact: false })
  ).toBeVisible()
  await paste(page, AWS_SECRET)
  await expect(service(page)).toContainText('Stripe')
})
