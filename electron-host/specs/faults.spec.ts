// Three faults of an app that worked on a lenient stand-in. Each is an exception here, as in Electron: a spec
// fails by it (`fixture.ts`) unless it takes the exception out of the list, as these do.
import type { ElectronApplication } from '@playwright/test'
import { expect, test } from './fixture.ts'

declare const hostSpy: { uncaught: string[] }
declare const faults: { view(): void; tray(): void; listener(site: string): void }

const uncaught = (app: ElectronApplication) => () => app.evaluate(() => hostSpy.uncaught.splice(0))

test('an app that asks for the page of a closed view gets an exception', async ({ run: { app } }) => {
  await app.evaluate(() => faults.view())
  await expect.poll(uncaught(app)).toEqual(["Cannot read properties of undefined (reading 'session')"])
})

test('an app that changes a destroyed tray gets an exception', async ({ run: { app } }) => {
  await app.evaluate(() => faults.tray())
  await expect.poll(uncaught(app)).toEqual(['Tray is destroyed'])
})

test('an app whose address check throws gets an exception, and its page goes to the forbidden address', async ({
  run: { app },
  serve
}) => {
  const { origin } = await serve(() => ({ body: '<a href="/outside">out</a>' }))
  await app.evaluate((_electron, site) => faults.listener(site), `${origin}/inside`)
  const find = (path: string) => app.windows().find((page) => page.url() === `${origin}${path}`)
  await expect.poll(() => find('/inside') !== undefined).toBe(true)
  await find('/inside')!.getByText('out').click()
  await expect.poll(() => find('/outside') !== undefined).toBe(true)
  await expect.poll(uncaught(app)).toEqual(["Cannot read properties of undefined (reading 'id')"])
})
