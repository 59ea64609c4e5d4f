import type { Locator, Page } from '@playwright/test'

export function row(page: Page, name: RegExp): Locator {
  return page.getByRole('row', { name })
}

/** The place of a click on a row's name; in the middle, the row's own buttons come under the pointer. */
export const atName = { position: { x: 80, y: 20 } } as const
