import type { ElectronApplication } from '@playwright/test'
import { expect, test } from './fixture.ts'

/** Tries the rights of app://vault/page.html. The app answers every path and origin, and sets a cookie. */
function tryEverything(app: ElectronApplication): Promise<unknown> {
  return app.evaluate(async ({ BrowserWindow, protocol }) => {
    protocol.unhandle('app')
    protocol.handle('app', ({ url }) => {
      const isScript = url.endsWith('.js')
      const type = isScript ? 'text/javascript' : 'text/html'
      const headers = { 'content-type': type, 'access-control-allow-origin': '*', 'set-cookie': 'a=b' }
      return new Response(isScript ? ';' : '<title>Page</title>', { headers })
    })
    const window = new BrowserWindow({ show: false })
    await window.loadURL('app://vault/page.html')
    return await window.webContents.executeJavaScript(`(async () => {
      const named = (work) => work().then(() => 'done', ({ name }) => name)
      const heard = (target) => new Promise((resolve) => {
        target.onload = () => resolve('done')
        target.onerror = () => resolve('error')
      })
      const request = (url) => {
        const made = new XMLHttpRequest()
        made.open('GET', url)
        const answer = heard(made)
        made.send()
        return answer
      }
      const script = (src) => {
        const made = Object.assign(document.createElement('script'), { src, type: '' })
        document.head.append(made)
        return heard(made)
      }
      document.cookie = 'c=d'
      return {
        cookie: document.cookie,
        isSecure: isSecureContext,
        fetchOwn: await named(() => fetch('../../e2e/electron-host/specs/own.js')),
        fetchOther: await named(() => fetch('app://other/x.js')),
        requestOwn: await request('../../e2e/electron-host/specs/own.js'),
        requestOther: await request('app://other/x.js'),
        moduleOwn: await named(() => import('../../e2e/electron-host/specs/own.js')),
        moduleOther: await named(() => import('app://other/x.js')),
        classicScriptOther: await script('app://other/x.js'),
        serviceWorker: await named(() => navigator.serviceWorker.register('../../e2e/electron-host/specs/own.js'))
      }
    })()`)
  })
}

test('a page of the app’s own scheme may do what Chromium lets such a page do', async ({ run: { app } }) => {
  // The result is that of a scheme with the same privileges in Chromium itself.
  expect(await tryEverything(app)).toEqual({
    cookie: '',
    isSecure: true,
    fetchOwn: 'TypeError',
    fetchOther: 'TypeError',
    requestOwn: 'done',
    requestOther: 'error',
    moduleOwn: 'done',
    moduleOther: 'TypeError',
    classicScriptOther: 'done',
    serviceWorker: 'TypeError'
  })
})

test('a session without a handler has no page of the app', async ({ run: { app } }) => {
  const outcome = await app.evaluate(({ BrowserWindow }) =>
    new BrowserWindow({ show: false, webPreferences: { partition: 'elsewhere' } })
      .loadURL('app://vault/index.html')
      .then(String, ({ code }: { code: string }) => code)
  )
  expect(outcome).toMatch(/^ERR_/)
})
