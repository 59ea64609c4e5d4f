// Three faults of an app that worked on a lenient stand-in. Each is an exception here, as it is in Electron: a spec that
// does not take it out of the list, as these do, fails by it (`fixture.ts`).
import { expect, test } from './fixture.ts'

declare const hostSpy: { uncaught: string[] }

for (const [fault, message] of [
  ['view', "Cannot read properties of undefined (reading 'session')"],
  ['tray', 'Tray is destroyed']
] as const) {
  test.describe('an app that uses what is gone', () => {
    test.use({ env: { FIXTURE_FAULT: fault } })
    test(`is found out: ${fault}`, async ({ run: { app } }) => {
      await expect.poll(() => app.evaluate(() => hostSpy.uncaught.splice(0))).toEqual([message])
    })
  })
}

test.describe('an app whose address check throws', () => {
  const link = '<a href="/outside">out</a>'
  let site = ''
  test.use({
    env: async ({ serve }, use) => {
      site = (await serve(() => ({ body: link }))).origin
      await use({ FIXTURE_FAULT: 'listener', FIXTURE_SITE: `${site}/inside` })
    }
  })
  test('is found out, and its page goes where it was not to go', async ({ run: { app } }) => {
    const find = (path: string) => app.windows().find((page) => page.url() === `${site}${path}`)
    await expect.poll(() => find('/inside') !== undefined).toBe(true)
    await find('/inside')!.getByText('out').click()
    await expect.poll(() => find('/outside') !== undefined).toBe(true)
    const message = "Cannot read properties of undefined (reading 'id')"
    await expect.poll(() => app.evaluate(() => hostSpy.uncaught.splice(0))).toEqual([message])
  })
})
