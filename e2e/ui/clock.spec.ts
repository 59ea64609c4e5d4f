import { expect } from '@playwright/test'
import { settled, test } from './ui-fixture.ts'

test('a clock that is off is said above the list until an answer agrees with it', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  const said = page.getByText('This computer’s clock')
  await expect(said).toHaveCount(0)
  const emit = (minutesAhead: number | null) =>
    page.evaluate((minutes) => {
      const skew = minutes === null ? null : { minutesAhead: minutes, host: 'sso.example.net' }
      globalThis.fakes.vault.emit('clockChanged', skew)
    }, minutesAhead)
  await emit(12)
  await expect(said).toHaveText(
    'This computer’s clock is about 12 minutes ahead of that of sso.example.net. Tokens may seem expired. Set it right.'
  )
  await ui.audit(page)
  await emit(-12)
  await expect(said).toContainText('about 12 minutes behind that of sso.example.net')
  await emit(null)
  await expect(said).toHaveCount(0)
})
