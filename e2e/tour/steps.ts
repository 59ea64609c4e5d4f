import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import type { OpenIdProvider } from '../../test/support/openid-provider.ts'
import type { VaultApp } from '../support/vault-app.ts'

/** Where the pictures go. */
export const folder = resolve(import.meta.dirname, '..', '..', 'tour')
const columns = [4, 34, 58] as const

export type Tour = { readonly vault: VaultApp; readonly provider: OpenIdProvider; readonly home: string }

/** Prints a line of the table. */
export function line(...cells: string[]): void {
  console.log(cells.map((cell, index) => cell.padEnd(columns[index] ?? 0)).join(' '))
}

let count = 0
export const stepCount = (): number => count

/** Records one row of the table: the action, its result and its duration; and a picture. */
export async function step(title: string, page: Page | null, work: () => Promise<string>): Promise<void> {
  count += 1
  const started = performance.now()
  const result = await work()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  line(String(count), title, result, `${seconds.padStart(5)} s`)
  if (page !== null && !page.isClosed()) await picture(page, title)
}

/** Takes a picture that belongs to the step under way. */
export async function picture(page: Page, title: string): Promise<void> {
  const name = `${String(count).padStart(2, '0')}-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.png`
  await page.screenshot({ path: join(folder, name) })
}
