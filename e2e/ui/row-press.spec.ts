import { expect, settled, test } from './ui-fixture.ts'

test('a press that comes with the pointer selects the row, though its buttons come in between', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  const row = page.getByRole('row', { name: /^Google/ })
  const tag = row.getByText('calendar')
  const box = await tag.boundingBox()
  if (box === null) throw new Error('The tag is not drawn.')
  const mouse = await page.context().newCDPSession(page)
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, button: 'left', clickCount: 1 } as const
  // There is no movement before it, as with a pointer that is faster than the next frame.
  await mouse.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at })
  await expect(row.getByRole('button', { name: 'Refresh' })).toBeVisible()
  await mouse.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at })
  await expect(row).toHaveAttribute('aria-selected', 'true')
  const asked = await page.evaluate(() => globalThis.fakes.vault.calls.map(({ name }) => name))
  expect(asked).not.toContain('refresh')
  await expect(tag).toBeHidden()
})
