// The module `electron` for the app's main process under the host.
import { app as host } from './app.ts'
import { guarded } from './base.ts'
import { BaseWindow } from './base-window.ts'
import { BrowserWindow } from './browser-window.ts'
import {
  clipboard,
  ClipboardItem,
  dialog,
  nativeTheme,
  Notification,
  powerMonitor,
  shell
} from './desktop.ts'
import type { FetchInit } from './host-fetch.ts'
import { nativeImage } from './images.ts'
import { ipcMain } from './ipc.ts'
import { Menu, MenuItem, Tray } from './menu.ts'
import { webContents } from './pages.ts'
import { screen } from './screen.ts'
import { protocol, session, sessionOf } from './session.ts'
import { utilityProcess } from './utility-process.ts'
import { View, WebContentsView } from './views.ts'

const net = guarded('net', {
  fetch: (input: string | Request, init?: FetchInit): Promise<Response> => sessionOf('').fetch(input, init),
  isOnline: (): boolean => true
})

/** The app, with events that have page types: app.ts itself is below all pages. */
const app = host as {
  on(event: 'web-contents-created', listener: (event: object, contents: WebContents) => void): typeof host
} & typeof host

const electron = {
  app,
  BaseWindow,
  BrowserWindow,
  clipboard,
  ClipboardItem,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  protocol,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
  View,
  webContents,
  WebContentsView
}
const guardedElectron = guarded('electron', electron)

export {
  app,
  BaseWindow,
  BrowserWindow,
  clipboard,
  ClipboardItem,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  protocol,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
  View,
  webContents,
  WebContentsView
}
export default guardedElectron
/** The value of `require('electron')`. */
export { guardedElectron as 'module.exports' }

// Type names an app may import, for `tsc -p tsconfig.host.json`: the app compiled against this module.
import type { WebFrameMain } from './ipc.ts'
import type { WebContents } from './web-contents.ts'
export type App = typeof app
export type NativeTheme = typeof nativeTheme
export type PowerMonitor = typeof powerMonitor
export type Protocol = typeof protocol
export type { BaseWindowConstructorOptions } from './base-window.ts'
export type { BrowserWindowConstructorOptions } from './browser-window.ts'
export type { DownloadItem } from './downloads.ts'
export type { NativeImage } from './images.ts'
export type { MenuItemConstructorOptions } from './menu.ts'
export type { Session } from './session.ts'
export type { ForkOptions, UtilityProcess } from './utility-process.ts'
export type { Rectangle } from './views.ts'
export type { WebPreferences } from './web-preferences.ts'
export type { WebContents, WebFrameMain }
export type IpcMainInvokeEvent = {
  sender: WebContents
  senderFrame: WebFrameMain | null
  processId: number
  frameId: number
}
export type IpcMainEvent = IpcMainInvokeEvent & { reply(channel: string, ...args: unknown[]): void }
