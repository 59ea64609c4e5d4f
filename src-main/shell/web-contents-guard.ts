import type { App, Session, WebContents } from 'electron'
import { APP_ORIGIN } from './address-rules.ts'
import { guarding } from './guarding.ts'

/**
 * Preferences of our own pages, explicit even if they are Electron's defaults, so that a changed default has
 * no effect.
 */
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
 * Applies the rules of every page: no navigation away from our own pages, no new windows, no webviews, no
 * client certificate. The provider page of the sign-in window is the only exception and has rules of its own
 * (`provider-page.ts`); `isProviderPage` recognizes it.
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
  // Electron's default is to present the first certificate, which tells any page who the person is.
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
