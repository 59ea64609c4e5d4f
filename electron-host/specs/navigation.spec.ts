import { expect, test } from './fixture.ts'

declare const hostSpy: { opened: string[] }

test('the content security policy of the app protocol is enforced', async ({ run: { app, page } }) => {
  const result = await page.evaluate(async () => {
    const blocked: string[] = []
    addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.head.append(script)
    const fetched = await fetch('https://example.com/').then(
      () => 'fetched',
      () => 'refused'
    )
    // In a separate task, because eval is allowed under any policy while DevTools evaluates.
    const evaluated = await new Promise((resolve) =>
      setTimeout(() => {
        try {
          resolve((0, eval)('"evaluated"'))
        } catch {
          resolve('refused')
        }
      })
    )
    while (blocked.length < 3) await new Promise((resolve) => setTimeout(resolve, 50))
    const secure = isSecureContext && crypto.subtle !== undefined
    return { injected: 'injected' in window, fetched, evaluated, blocked: blocked.toSorted(), secure }
  })
  expect(result).toEqual({
    injected: false,
    fetched: 'refused',
    evaluated: 'refused',
    blocked: ['connect-src', 'script-src', 'script-src-elem'],
    secure: true
  })
  const url = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getURL()
  )
  expect(url).toBe('app://vault/index.html')
})

test('leaving the app by link or by window.open is refused before a request is made', async ({
  run,
  serve
}) => {
  const { app, page } = run
  const { origin, hits } = await serve(() => ({ body: 'outside' }))
  const before = page.url()
  await page.evaluate((url) => void (location.href = url), `${origin}/away`)
  await page.evaluate((url) => void window.open(url), `${origin}/popup`)
  await page.evaluate(() => void window.open('https://docs.example/'))
  await expect.poll(() => app.evaluate(() => hostSpy.opened)).toEqual(['https://docs.example/'])
  await expect.poll(() => app.windows().length).toBe(1)
  expect(page.url()).toBe(before)
  await expect(page.getByText('module ran')).toBeVisible()
  expect(hits).toEqual([])
})

test('a pop-up that is allowed is a window of the app', async ({ run: { app, page }, serve }) => {
  const { origin } = await serve(() => ({ body: '<title>Popup</title>' }))
  await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    const overrideBrowserWindowOptions = { width: 300, height: 200 }
    window?.webContents.setWindowOpenHandler(() => ({ action: 'allow', overrideBrowserWindowOptions }))
  })
  const opened = app.waitForEvent('window')
  await page.evaluate((url) => void window.open(url), origin)
  const popup = await opened
  await expect(popup).toHaveTitle('Popup')
  const sizeAndOpener = () => popup.evaluate(() => [innerWidth, innerHeight, opener !== null])
  await expect.poll(sizeAndOpener).toEqual([300, 200, true])
  const count = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
  await expect.poll(count).toBe(2)
  await popup.close()
  await expect.poll(count).toBe(1)
})

test('a load that fails says why, once', async ({ run: { app }, serve }) => {
  const site = await serve(() => ({}))
  const { origin } = site
  site.close()
  const seen = await app.evaluate(async ({ BrowserWindow }, url) => {
    const { webContents } = new BrowserWindow({ show: false })
    const failures: unknown[] = []
    webContents.on('did-fail-load', (_event, code, description, failed) =>
      failures.push([code, description, failed])
    )
    const message = await webContents.loadURL(url).catch((error: Error) => error.message)
    return { message, failures, finallyAt: webContents.getURL() }
  }, `${origin}/`)
  expect(seen).toEqual({
    message: `ERR_CONNECTION_REFUSED (-102) loading '${origin}/'`,
    failures: [[-102, 'ERR_CONNECTION_REFUSED', `${origin}/`]],
    finallyAt: `${origin}/`
  })
})

test('frames inside a page ask before they navigate', async ({ run: { app }, serve }) => {
  const { origin, hits } = await serve(({ pathname }) => ({
    body: pathname === '/' ? '<iframe src="/good"></iframe><iframe src="/bad"></iframe>' : pathname
  }))
  const asked = await app.evaluate(async ({ BrowserWindow }, url) => {
    const { webContents } = new BrowserWindow({ show: false })
    const asked: [string, boolean][] = []
    webContents.on('will-frame-navigate', (details) => {
      asked.push([new URL(details.url).pathname, details.isMainFrame])
      if (details.url.endsWith('/bad')) details.preventDefault()
    })
    await webContents.loadURL(url)
    return asked
  }, `${origin}/`)
  expect(asked).toEqual([
    ['/good', false],
    ['/bad', false]
  ])
  expect(hits).toEqual(['/', '/good'])
})

test('HTTP authentication is refused unless the app answers', async ({ run: { app }, serve }) => {
  const { origin } = await serve((_url, { authorization }) =>
    authorization === undefined
      ? { status: 401, headers: { 'www-authenticate': 'Basic realm="vault"' }, body: 'who?' }
      : { body: authorization }
  )
  const bodies = await app.evaluate(async ({ BrowserWindow }, url) => {
    const read = async (answers: boolean): Promise<unknown> => {
      const { webContents } = new BrowserWindow({
        show: false,
        webPreferences: { partition: `login-${answers}` }
      })
      webContents.on('login', (event, details, { realm }, callback) => {
        if (!answers || details.url !== url || realm !== 'vault') return
        event.preventDefault()
        callback('user', 'pass')
      })
      await webContents.loadURL(url)
      return webContents.executeJavaScript('document.body.textContent')
    }
    return [await read(false), await read(true)]
  }, `${origin}/`)
  expect(bodies).toEqual(['who?', 'Basic dXNlcjpwYXNz'])
})

test('webRequest can stop a request of a partition before it is made', async ({ run: { app }, serve }) => {
  const { origin, hits } = await serve(() => ({ body: '<img src="/tracker.png">' }))
  await app.evaluate(async ({ BrowserWindow, session }, url) => {
    const urls = ['*://*/*.png']
    session
      .fromPartition('quiet')
      .webRequest.onBeforeRequest({ urls }, (_details, answer) => answer({ cancel: true }))
    await new BrowserWindow({ show: false, webPreferences: { partition: 'quiet' } }).loadURL(url)
    await new BrowserWindow({ show: false, webPreferences: { partition: 'loud' } }).loadURL(`${url}?loud`)
  }, `${origin}/`)
  expect(hits).toEqual(['/', '/?loud', '/tracker.png'])
})
