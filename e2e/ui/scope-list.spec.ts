import { giveFirst, expect, settled, test } from './ui-fixture.ts'

const scopes = Array.from({ length: 40 }, (_, at) => `https://www.googleapis.com/auth/a-scope.of-many.${at}`)

test('many scopes are folded, what is missing stands first, and each can be read whole', async ({ ui }) => {
  const page = await ui.open({ size: { width: 320, height: 720 } })
  await settled(page)
  await giveFirst(page, { scopes, missingScopes: ['https://www.googleapis.com/auth/gmail.send'] })
  await page.getByRole('row', { selected: true }).press('Enter')
  const list = page.getByRole('listitem').filter({ hasText: '…/auth/' })
  await expect(list).toHaveCount(6)
  await expect(list.first()).toContainText('Requested, not granted')
  await expect(list.first()).toContainText('…/auth/gmail.send')
  await ui.audit(page)
  await page.getByRole('button', { name: 'Show 35 more' }).click()
  await expect(list).toHaveCount(41)
  await expect(page.getByRole('button', { name: /^Show \d+ more$/ })).toHaveCount(0)
  const cut = await list.evaluateAll(
    (items) =>
      items.filter((item) =>
        [...item.querySelectorAll('*')].some((part) => part.scrollWidth > part.clientWidth + 1)
      ).length
  )
  expect(cut).toBe(0)
})
