import { expect, type Locator, type Page } from '@playwright/test'

/** The list of the log in the room Activity. */
export const log = (page: Page): Locator => page.getByRole('list', { name: 'What programs did' })

/** The lines of the log that are drawn. */
export const lines = (page: Page): Locator => log(page).getByRole('listitem')

/** Waits until the foot of the log says how many lines there are. */
export async function shown(page: Page, text: string): Promise<void> {
  await expect(page.getByText(text, { exact: true }).first()).toBeVisible()
}

/** The arguments of every request of that name so far. */
export async function asked(page: Page, wanted: string): Promise<unknown[]> {
  return await page.evaluate(
    (name) => globalThis.fakes.vault.calls.filter((call) => call.name === name).map(({ args }) => args),
    wanted
  )
}
