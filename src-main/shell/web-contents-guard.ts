import type { App, Session, WebContents } from 'electron'
import { APP_ORIGIN } from './address-rules.ts'
import { guarding } from './guarding.ts'

/** Explicit even where they are Electron's defaults, so that a changed default changes nothing here. */
export const OWN_PAGE_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webSecurity: true,
  webviewTag: false,
  spellcheck: false,
  navigateOnDragDrop: false,
  safeDialogs: true // a page that shows one dialog after the other can be stopped
} as const

/**
 * What holds for every page before anything else is said: no navigation away from our own pages, no new windows,
 * no webviews, no certificate of the person's. The sign-in window's provider page is the one exception and has rules
 * of its own (`provider-page.ts`), named here by `isProviderPage`.
 */
export function guardWebContents(app: App, isProviderPage: (contents: WebContents) => boolean): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on(
      'will-attach-webview',
      guarding((event) => event.preventDefault())
    )
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    const stay = guarding((event: { url: string; preventDefault(): void }) => {
      if (!isProviderPage(contents) && !event.url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault()
    })
    contents.on('will-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-frame-navigate', stay)
  })
  // Electron's default is to show the first one that there is, which tells any page who the person is.
  app.on(
    'select-client-certificate',
    guarding((event, _contents, _url, _certificates, choose) => {
      event.preventDefault()
      choose()
    })
  )
}

/** No page of this session gets a permission, a device or a download. Electron's default is to approve. */
export function denyEverything(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on(
    'will-download',
    guarding((event) => event.preventDefault())
  )
}
