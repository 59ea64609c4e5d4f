import { expect } from '@playwright/test'
import { giveFirst, settled, test } from './ui-fixture.ts'
import { NOW } from './ui-page.ts'

test('a clock that is off is said above the list until an answer agrees with it', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  const said = page.getByText('Your clock is')
  await expect(said).toHaveCount(0)
  const emit = (minutesAhead: number | null) =>
    page.evaluate((minutes) => {
      const skew = minutes === null ? null : { minutesAhead: minutes, host: 'sso.example.net' }
      globalThis.fakes.vault.emit('clockChanged', skew)
    }, minutesAhead)
  await emit(12)
  await expect(said).toHaveText(
    'Your clock is about 12 minutes ahead of sso.example.net. Tokens may look expired. Correct the time.'
  )
  await ui.audit(page)
  await emit(-12)
  await expect(said).toContainText('about 12 minutes behind sso.example.net')
  await emit(null)
  await expect(said).toHaveCount(0)
})

test('row and detail count the same seconds', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  const next = new Date(NOW + 40_000).toISOString()
  await giveFirst(page, { status: { kind: 'valid' }, keptFresh: true, nextRefreshAt: next })
  const places = [
    page.getByRole('row', { selected: true }).getByText(/^renews in /),
    page.getByRole('heading', { name: /^Expir/ }),
    page.getByRole('definition').filter({ hasText: /^in \d+ s$/ })
  ]
  for (const seconds of [40, 25]) {
    await page.clock.setFixedTime(NOW + (40 - seconds) * 1000)
    for (const place of places) await expect(place).toContainText(`in ${seconds} s`)
  }
})
