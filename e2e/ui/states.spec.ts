import { join, resolve } from 'node:path'
import { settled, test } from './ui-fixture.ts'
import type { Theme } from './ui-page.ts'
import { uiStates } from './ui-states.ts'

const PICTURES = resolve(import.meta.dirname, '../../test-results/ui')
const views: readonly (readonly [width: number, theme: Theme])[] =
  process.env['LATCHKEY_TRIALS'] === 'full'
    ? [1040, 640].flatMap((width) => [[width, 'light'] as const, [width, 'dark'] as const])
    : [
        [1040, 'light'],
        [640, 'dark']
      ]

test.describe('every state, light and dark, wide and narrow', () => {
  test.setTimeout(90_000)
  for (const { name, options, reach } of uiStates) {
    test(`${name} is accessible and breaks no policy`, async ({ ui }) => {
      const page = await ui.open(options)
      await settled(page)
      await reach?.(page)
      for (const [width, colorScheme] of views) {
        await page.setViewportSize({ width, height: 720 })
        await page.emulateMedia({ colorScheme })
        await settled(page)
        await page.screenshot({ path: join(PICTURES, `${name}-${width}-${colorScheme}.png`) })
        await ui.audit(page)
      }
    })
  }
})
