import { expect, settled, test } from './ui-fixture.ts'

test('the twelve are drawn', async ({ ui }) => {
  const page = await ui.open()
  await expect(page.getByRole('grid', { name: 'Credentials' })).toBeVisible()
  await settled(page)
  await page.screenshot({ path: '/tmp/ui/main.png' })
  await ui.audit(page)
})
