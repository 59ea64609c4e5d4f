import type { ElectronApplication, Page } from '@playwright/test'
import { expect, isHost, test, type Site } from './fixture.ts'

declare const bridge: unknown
type Shown = {
  window: Electron.BaseWindow
  strip: Electron.WebContentsView
  remote: Electron.WebContentsView
}
declare const shown: Shown

/** A window of two views: a strip of the app above a page of another site, in its own partition. */
async function openViews(app: ElectronApplication, { origin }: Site): Promise<{ strip: Page; remote: Page }> {
  await app.evaluate(async ({ BaseWindow, WebContentsView }, url) => {
    const window = new BaseWindow({ width: 500, height: 640, title: 'Sign in', show: false })
    const strip = new WebContentsView()
    const remote = new WebContentsView({ webPreferences: { partition: 'signin-1' } })
    window.contentView.addChildView(strip)
    window.contentView.addChildView(remote)
    const { width, height } = window.getContentBounds()
    strip.setBounds({ x: 0, y: 0, width, height: 44 })
    remote.setBounds({ x: 0, y: 44, width, height: height - 44 })
    Object.assign(globalThis, { shown: { window, strip, remote } satisfies Shown })
    await strip.webContents.loadURL(`${url}/strip`)
    await remote.webContents.loadURL(`${url}/remote`)
    window.show()
  }, origin)
  const find = (path: string) => app.windows().find((page) => page.url() === `${origin}${path}`)
  await expect.poll(() => [find('/strip'), find('/remote')].every(Boolean)).toBe(true)
  return { strip: find('/strip')!, remote: find('/remote')! }
}

const sizeOf = (page: Page) => () => page.evaluate(() => [innerWidth, innerHeight])
const simple = (url: URL) => ({
  headers: { 'set-cookie': 'who=me' },
  body: `<title>Page ${url.pathname.slice(1)}</title>`
})

test('a window shows pages of its own, each sized by its view', async ({ run: { app }, serve }) => {
  const { strip, remote } = await openViews(app, await serve(simple))
  await expect.poll(sizeOf(strip)).toEqual([500, 44])
  await expect.poll(sizeOf(remote)).toEqual([500, 596])
  await app.evaluate(() => {
    shown.window.once('resize', () => {
      const [width = 0, height = 0] = shown.window.getContentSize()
      shown.remote.setBounds({ x: 0, y: 44, width, height: height - 44 })
    })
    shown.window.setSize(620, 700)
  })
  await expect.poll(sizeOf(remote)).toEqual([620, 656])
  const titles = () => app.evaluate(() => [shown.window.getTitle(), shown.remote.webContents.getTitle()])
  await expect.poll(titles).toEqual(['Sign in', 'Page remote'])
})

test('a view without a preload has no bridge, and cookies of its own', async ({ run: { app }, serve }) => {
  const { remote } = await openViews(app, await serve(simple))
  expect(await remote.evaluate(() => [typeof bridge, 'require' in window, 'process' in window])).toEqual([
    'undefined',
    false,
    false
  ])
  const cookies = await app.evaluate(async ({ session }) => {
    const values = async (partition: string): Promise<string[]> =>
      (await session.fromPartition(partition).cookies.get({ name: 'who' })).map(({ value }) => value)
    return [await values('signin-1'), await values('signin-2')]
  })
  expect(cookies).toEqual([['me'], []])
})

test('redirects and scripts that lead to the app are seen, and can be stopped', async ({
  run: { app },
  serve
}) => {
  const site = await serve(({ pathname }) => {
    if (pathname === '/consent') return { status: 302, headers: { location: '/hop' } }
    if (pathname === '/hop') return { status: 302, headers: { location: 'app://callback/?code=abc' } }
    return {
      body: '<a href="/consent">Allow</a><button onclick="location.href = `app://callback/?code=js`">Go</button>'
    }
  })
  const { remote } = await openViews(app, site)
  await app.evaluate(() => {
    const seen: string[] = []
    Object.assign(globalThis, { seen })
    for (const name of ['will-redirect', 'will-navigate'] as const) {
      shown.remote.webContents.on(name as 'will-redirect', (details) => {
        seen.push(`${name} ${details.url.replace(/^http:..[^/]*/, '')} ${details.isMainFrame}`)
        if (details.url.startsWith('app:')) details.preventDefault()
      })
    }
  })
  const seen = () => app.evaluate(() => (globalThis as unknown as { seen: string[] }).seen)
  await remote.getByText('Allow').click()
  await expect
    .poll(seen)
    .toEqual([
      'will-navigate /consent true',
      'will-redirect /hop true',
      'will-redirect app://callback/?code=abc true'
    ])
  await remote.getByText('Go').click()
  await expect.poll(async () => (await seen()).at(-1)).toBe('will-navigate app://callback/?code=js true')
  expect(new URL(remote.url()).pathname).toBe('/remote')
  expect(site.hits.filter((path) => path === '/hop')).toHaveLength(1)
})

test('a pop-up of a view is refused without a request', async ({ run: { app }, serve }) => {
  const { origin, hits } = await serve(() => ({ body: 'outside' }))
  const { remote } = await openViews(app, await serve(simple))
  const asked = await app.evaluate(() => {
    const urls: string[] = []
    shown.remote.webContents.setWindowOpenHandler(({ url }) => {
      urls.push(url)
      return { action: 'deny' }
    })
    Object.assign(globalThis, { urls })
    return urls.length
  })
  expect(asked).toBe(0)
  await remote.evaluate((url) => void window.open(url), `${origin}/popup`)
  const urls = () => app.evaluate(() => (globalThis as unknown as { urls: string[] }).urls)
  await expect.poll(urls).toEqual([`${origin}/popup`])
  await expect.poll(() => app.windows().length).toBe(3)
  expect(hits).toEqual([])
})

test('a page outlives its window until it is closed', async ({ run: { app }, serve }) => {
  const { strip, remote } = await openViews(app, await serve(simple))
  const seen = await app.evaluate(() => {
    const heard: string[] = []
    const { window, remote: view } = shown
    const { webContents } = view
    window.on('close', () => heard.push('close'))
    window.on('closed', () => heard.push('closed'))
    const gone = new Promise<void>((resolve) =>
      webContents.on('destroyed', () => {
        heard.push('destroyed')
        resolve()
      })
    )
    window.close()
    heard.push(`window ${window.isDestroyed()}, page ${webContents.isDestroyed()}`)
    webContents.close()
    return gone.then(() => [...heard, `page ${webContents.isDestroyed()}`])
  })
  expect(seen).toEqual(['close', 'closed', 'window true, page false', 'destroyed', 'page true'])
  await expect.poll(() => remote.isClosed()).toBe(true)
  expect(strip.isClosed()).toBe(false)
})

test('a menu bar takes height from the content, unless it hides itself', async ({ run: { app } }) => {
  test.skip(process.platform === 'darwin', 'the menu is the desktop’s there')
  const seen = await app.evaluate(({ BaseWindow, Menu }) => {
    const lost = (window: Electron.BaseWindow): number =>
      window.getBounds().height - window.getContentBounds().height
    const size = { width: 400, height: 300, show: false }
    const without = new BaseWindow(size)
    const before = lost(without)
    Menu.setApplicationMenu(Menu.buildFromTemplate([{ label: 'App', submenu: [{ role: 'quit' }] }]))
    const plain = new BaseWindow(size)
    const hiding = new BaseWindow({ ...size, autoHideMenuBar: true })
    const bar = lost(plain)
    plain.setContentSize(400, 300)
    const result = {
      before,
      takes: [lost(without) > 0, bar > 0, lost(hiding)],
      content: plain.getContentSize(),
      grown: plain.getSize()[1]! - 300 === bar
    }
    plain.setMenuBarVisibility(false)
    without.removeMenu()
    return { ...result, after: [lost(plain), lost(without)] }
  })
  expect(seen).toEqual({ before: 0, takes: [true, true, 0], content: [400, 300], grown: true, after: [0, 0] })
})

test('a window tells of a move and of a new size, and whether it is on top', async ({ run: { app } }) => {
  const seen = await app.evaluate(async ({ BaseWindow }) => {
    const top = new BaseWindow({ x: 10, y: 10, width: 300, height: 200, alwaysOnTop: true })
    const plain = new BaseWindow({ show: false })
    const next = (event: 'move' | 'resize'): Promise<string> =>
      new Promise((resolve) => top.once(event as 'move', () => resolve(event)))
    const moved = next('move')
    top.setPosition(60, 70)
    const resized = next('resize')
    const events = [await moved]
    top.setSize(320, 220)
    events.push(await resized)
    const before = [top.isAlwaysOnTop(), plain.isAlwaysOnTop()]
    plain.setAlwaysOnTop(true)
    return { events, before, after: plain.isAlwaysOnTop(), position: top.getPosition(), size: top.getSize() }
  })
  expect(seen).toEqual({
    events: ['move', 'resize'],
    before: [true, false],
    after: true,
    position: [60, 70],
    size: [320, 220]
  })
})

test('a window that refuses to close stays, and goes when it is destroyed', async ({ run: { app } }) => {
  const seen = await app.evaluate(({ BaseWindow, BrowserWindow }) => {
    const parent = new BaseWindow({ width: 300, height: 200, minWidth: 250 })
    const child = new BaseWindow({ parent, show: false })
    parent.on('close', (event) => event.preventDefault())
    parent.close()
    parent.setSize(100, 100)
    const counts = () => [BaseWindow.getAllWindows().length, BrowserWindow.getAllWindows().length]
    const before = [
      parent.isDestroyed(),
      parent.isVisible(),
      child.isVisible(),
      parent.getContentSize(),
      counts()
    ]
    child.destroy()
    parent.destroy()
    return [...before, parent.isDestroyed(), counts()]
  })
  expect(seen).toEqual([false, true, false, [250, 100], [3, 1], true, [1, 1]])
})

test('less than isolated and sandboxed is not to be had', async ({ run: { app } }) => {
  test.fail(!isHost, 'Electron allows it; the host is stricter')
  const messages = await app.evaluate(({ BrowserWindow, WebContentsView }) => {
    const tried = (make: () => unknown): string => {
      try {
        return String(make())
      } catch (error) {
        return (error as Error).message.replace(/.*; /, '')
      }
    }
    return [
      tried(() => new BrowserWindow({ webPreferences: { sandbox: false } })),
      tried(() => new WebContentsView({ webPreferences: { contextIsolation: false } })),
      tried(() => new WebContentsView({ webPreferences: { nodeIntegration: true } })),
      tried(() => new WebContentsView({ webPreferences: { webSecurity: false } }))
    ]
  })
  expect(new Set(messages)).toEqual(new Set(['these webPreferences ask for less']))
})

test('what the host lacks says so, and is never undefined', async ({ run: { app } }) => {
  test.fail(!isHost, 'Electron lacks none of it')
  const messages = await app.evaluate((electron) => {
    const { app: electronApp, BaseWindow, clipboard, session } = electron
    const window = new BaseWindow({ show: false })
    const uses: (() => unknown)[] = [
      () => electronApp.getGPUFeatureStatus(),
      () => window.setOpacity(0.5),
      () => clipboard.has('text/plain'),
      () => session.defaultSession.setProxy({}),
      () => electron.desktopCapturer
    ]
    return uses.map((use) => {
      try {
        return String(use())
      } catch (error) {
        return (error as Error).message
      }
    })
  })
  expect(messages).toEqual([
    'electron host: App.getGPUFeatureStatus is not implemented',
    'electron host: BaseWindow.setOpacity is not implemented',
    'electron host: clipboard.has is not implemented',
    'electron host: Session.setProxy is not implemented',
    'electron host: electron.desktopCapturer is not implemented'
  ])
})
