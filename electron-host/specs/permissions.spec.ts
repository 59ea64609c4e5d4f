import type { ElectronApplication, Page } from '@playwright/test'
import { expect, test } from './fixture.ts'

test.beforeEach(async ({ run: { app }, serve }) => {
  const { origin } = await serve(() => ({ body: '<title>Asking</title>' }))
  await app.evaluate(async ({ BrowserWindow, session }, url) => {
    const asked: unknown[] = []
    const partition = session.fromPartition('asking')
    partition.setPermissionRequestHandler((contents, permission, answer, details) => {
      asked.push([
        'request',
        permission,
        contents.getTitle(),
        details.requestingUrl === url,
        details.isMainFrame
      ])
      answer(permission === 'geolocation')
    })
    partition.setPermissionCheckHandler((contents, permission, origin) => {
      asked.push(['check', permission, contents?.getTitle(), origin === url])
      return permission === 'geolocation'
    })
    Object.assign(globalThis, { asked })
    await new BrowserWindow({ show: false, webPreferences: { partition: 'asking' } }).loadURL(url)
  }, `${origin}/`)
})

async function askingPage(app: ElectronApplication): Promise<Page> {
  await expect.poll(() => app.windows().length).toBe(2)
  const [, page] = app.windows()
  if (page === undefined) throw new Error('the page has gone')
  // The app has loaded the page; Playwright may still be loading it.
  await expect(page).toHaveTitle('Asking')
  return page
}

const asked = { get: () => (globalThis as unknown as { asked: unknown[] }).asked }

test('what a page requests is put to the app, and refused if the app refuses', async ({ run: { app } }) => {
  const page = await askingPage(app)
  const answers = await page.evaluate(async () => {
    const name = (error: DOMException): string => error.name
    return {
      notifications: await Notification.requestPermission(),
      clipboard: await navigator.clipboard.readText().catch(name),
      camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'given', name)
    }
  })
  expect(answers).toEqual({
    notifications: 'denied',
    clipboard: 'NotAllowedError',
    camera: 'NotAllowedError'
  })
  expect(await app.evaluate(asked.get)).toEqual([
    ['request', 'notifications', 'Asking', true, true],
    ['request', 'clipboard-read', 'Asking', true, true],
    ['request', 'media', 'Asking', true, true]
  ])
})

test('what a page asks about is put to the app, and the page gets its answer', async ({ run: { app } }) => {
  const page = await askingPage(app)
  const states = await page.evaluate(async () => {
    const state = async (name: string): Promise<string> =>
      (await navigator.permissions.query({ name: name as PermissionName })).state
    return [await state('geolocation'), await state('notifications'), await state('clipboard-read')]
  })
  expect(states).toEqual(['granted', 'denied', 'denied'])
  expect(await app.evaluate(asked.get)).toEqual([
    ['check', 'geolocation', 'Asking', true],
    ['check', 'notifications', 'Asking', true],
    ['check', 'clipboard-read', 'Asking', true]
  ])
})

test('another program is opened only if the app allows it', async ({ run: { app } }) => {
  const page = await askingPage(app)
  // With a delay, so that the navigation does not end the call that causes it.
  await page.evaluate(() => void setTimeout(() => (location.href = 'mailto:someone@example.com')))
  await expect
    .poll(() => app.evaluate(asked.get))
    .toEqual([['request', 'openExternal', 'Asking', true, true]])
  const opened = await app.evaluate(
    () => (globalThis as unknown as { hostSpy: { opened: string[] } }).hostSpy.opened
  )
  expect(opened).toEqual([])
})

test('the page of the app gets nothing at all', async ({ run: { page } }) => {
  const states = await page.evaluate(async () => {
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'clipboard-read'
    ] as PermissionName[]
    const found = await Promise.all(names.map((name) => navigator.permissions.query({ name })))
    return found.map(({ state }) => state)
  })
  expect(new Set(states)).toEqual(new Set(['denied']))
})
