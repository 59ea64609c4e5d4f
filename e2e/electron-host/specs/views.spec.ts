import { expect, test } from './fixture.ts'

test('a window shows pages of its own, each sized by its view', async ({ run: { app }, serve }) => {
  const { origin } = await serve(({ pathname }) => ({ body: `<title>${pathname}</title>` }))
  const opened = app.waitForEvent('window')
  await app.evaluate(async ({ BaseWindow, WebContentsView }, url) => {
    const window = new BaseWindow({ width: 500, height: 640, title: 'Sign in', show: false })
    const strip = new WebContentsView()
    const remote = new WebContentsView({ webPreferences: { partition: 'signin-1' } })
    window.contentView.addChildView(strip)
    window.contentView.addChildView(remote)
    const { width, height } = window.getContentBounds()
    strip.setBounds({ x: 0, y: 0, width, height: 44 })
    remote.setBounds({ x: 0, y: 44, width, height: height - 44 })
    Object.assign(globalThis, { shown: { window, strip, remote } })
    await remote.webContents.loadURL(`${url}/remote`)
    await strip.webContents.loadURL(`${url}/strip`)
    window.show()
  }, origin)
  await opened
  await expect.poll(() => app.windows().length).toBe(3)
  const sizes = async () => {
    const pages = app.windows().filter((page) => page.url().startsWith(origin))
    const found = await Promise.all(
      pages.map(async (page) => [new URL(page.url()).pathname, await page.evaluate(() => [innerWidth, innerHeight])])
    )
    return Object.fromEntries(found) as unknown
  }
  await expect.poll(sizes).toEqual({ '/strip': [500, 44], '/remote': [500, 596] })
})
