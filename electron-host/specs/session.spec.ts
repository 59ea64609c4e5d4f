import { readdirSync } from 'node:fs'
import { expect, test } from './fixture.ts'

test('session.fetch rejects a redirect that it must not follow', async ({ run: { app }, serve }) => {
  const { origin, hits } = await serve(({ pathname }) =>
    pathname === '/' ? { status: 302, headers: { location: '/next' } } : { body: 'next' }
  )
  const outcomes = await app.evaluate(async ({ session }, url) => {
    const partition = session.fromPartition('oauth-net')
    const read = (redirect: RequestRedirect): Promise<string> =>
      partition.fetch(url, { redirect, bypassCustomProtocolHandlers: true }).then(
        (response) => response.text(),
        (error: Error) => error.message
      )
    return [await read('manual'), await read('error'), await read('follow')]
  }, `${origin}/`)
  expect(outcomes).toEqual([
    'Redirect was cancelled',
    "Attempted to redirect, but redirect policy was 'error'",
    'next'
  ])
  expect(hits).toEqual(['/', '/', '/', '/next'])
})

test('session.fetch sends the cookies of its partition unless told to omit them', async ({
  run: { app },
  serve
}) => {
  const { origin } = await serve(({ pathname }, { cookie }) =>
    pathname === '/set' ? { headers: { 'set-cookie': 'who=me; HttpOnly' } } : { body: cookie ?? 'none' }
  )
  const sent = await app.evaluate(async ({ BrowserWindow, session }, url) => {
    await new BrowserWindow({ show: false, webPreferences: { partition: 'jar' } }).loadURL(`${url}/set`)
    const read = async (partition: string, init?: RequestInit): Promise<string> =>
      (await session.fromPartition(partition).fetch(`${url}/read`, init)).text()
    return [await read('jar'), await read('jar', { credentials: 'omit' }), await read('other')]
  }, origin)
  expect(sent).toEqual(['who=me', 'none', 'none'])
})

test('session.fetch names network errors as Chromium does', async ({ run: { app }, serve }) => {
  const site = await serve(() => ({}))
  const { origin } = site
  site.close()
  const message = await app.evaluate(
    ({ session }, url) =>
      session
        .fromPartition('oauth-net')
        .fetch(url)
        .then(String, (error: Error) => error.message),
    origin
  )
  expect(message).toBe('net::ERR_CONNECTION_REFUSED')
})

test('clearing the storage of a partition clears that partition only', async ({ run: { app }, serve }) => {
  const { origin } = await serve(() => ({ headers: { 'set-cookie': 'who=me' }, body: 'x' }))
  const left = await app.evaluate(async ({ BrowserWindow, session }, url) => {
    const read = async (partition: string): Promise<unknown[]> => [
      (await session.fromPartition(partition).cookies.get({})).length,
      await pages.get(partition)?.executeJavaScript('localStorage.length')
    ]
    const pages = new Map<string, Electron.WebContents>()
    for (const partition of ['one', 'two']) {
      const { webContents } = new BrowserWindow({ show: false, webPreferences: { partition } })
      pages.set(partition, webContents)
      await webContents.loadURL(url)
      await webContents.executeJavaScript('localStorage.setItem("a", "b")')
    }
    const before = [await read('one'), await read('two')]
    await session.fromPartition('one').clearStorageData()
    await session.fromPartition('one').clearCache()
    await session.fromPartition('one').clearAuthCache()
    return [...before, await read('one'), await read('two')]
  }, `${origin}/`)
  expect(left).toEqual([
    [1, 1],
    [1, 1],
    [0, 0],
    [1, 1]
  ])
})

for (const how of ['preventDefault', 'cancel'] as const) {
  test(`a download ends when the app says ${how}, and leaves no file`, async ({
    run: { app, userData },
    serve
  }) => {
    const { origin } = await serve(() => ({
      headers: { 'content-type': 'application/zip', 'content-disposition': 'attachment; filename=loot.zip' },
      body: 'loot'
    }))
    const seen = await app.evaluate(
      async ({ BrowserWindow, session }, { url, way }) => {
        const done = new Promise<unknown[]>((resolve) => {
          session.fromPartition('visitor').on('will-download', (event, item, contents) => {
            const names = [
              item.getFilename(),
              item.getURL(),
              contents.session === session.fromPartition('visitor')
            ]
            if (way === 'cancel') item.cancel()
            else event.preventDefault()
            resolve(names)
          })
        })
        const window = new BrowserWindow({ show: false, webPreferences: { partition: 'visitor' } })
        const failure = await window.loadURL(url).catch((error: Error) => error.message)
        return [...(await done), failure]
      },
      { url: `${origin}/get`, way: how }
    )
    expect(seen).toEqual(['loot.zip', `${origin}/get`, true, `ERR_ABORTED (-3) loading '${origin}/get'`])
    const files = () =>
      readdirSync(userData, { recursive: true }).filter((name) => /download|loot/.test(String(name)))
    await expect.poll(() => files().filter((name) => !String(name).endsWith('host-downloads'))).toEqual([])
  })
}

test('a download that the app does not refuse is saved where the app says', async ({
  run: { app, userData },
  serve
}) => {
  const { origin } = await serve(() => ({ headers: { 'content-type': 'application/zip' }, body: 'wanted' }))
  const state = await app.evaluate(
    async ({ BrowserWindow, session }, { url, path }) => {
      const done = new Promise((resolve) => {
        session.fromPartition('visitor').on('will-download', (_event, item) => {
          item.setSavePath(path)
          item.once('done', (_done, state) => resolve(state))
        })
      })
      const window = new BrowserWindow({ show: false, webPreferences: { partition: 'visitor' } })
      await window.loadURL(url).catch(() => undefined)
      return done
    },
    { url: `${origin}/get`, path: `${userData}/saved.zip` }
  )
  expect(state).toBe('completed')
  expect(readdirSync(userData)).toContain('saved.zip')
})
