// Compile-time only: every member of the host has its type of electron.d.ts. Run by `npm run types`.
// (The other direction, members that the app uses and the host lacks: tsconfig.host.json and
// bundle-coverage.ts.)
import type { EventEmitter } from 'node:events'
import type Electron from 'electron'
import type * as host from './electron.ts'

type Call = (...args: never) => unknown
type Kind<T> = [T] extends [Promise<unknown>]
  ? 'promise'
  : [T] extends [void]
    ? 'nothing'
    : [T] extends [boolean]
      ? 'boolean'
      : [T] extends [number]
        ? 'number'
        : [T] extends [string]
          ? 'string'
          : [T] extends [null]
            ? 'null'
            : [T] extends [readonly unknown[]]
              ? 'list'
              : 'other'

/** A shared method misfits if it returns another kind of value (a promise here, a plain value there). */
type Misfit<Host, Real> = Host extends Call
  ? Real extends Call
    ? Kind<ReturnType<Host>> extends Kind<ReturnType<Real>>
      ? never
      : true
    : true
  : Real extends Call
    ? true
    : never
type Shared<Host, Real> = Exclude<keyof Host & keyof Real & string, keyof EventEmitter | 'prototype'>
type Misfits<Host, Real> = {
  [Key in Shared<Host, Real>]: [Misfit<Host[Key], Real[Key]>] extends [never] ? never : Key
}[Shared<Host, Real>]

/** Members that only the host has. For modules; classes have members for the host's other files. */
type Invented<Host, Real> = Exclude<keyof Host, keyof Real | 'constructor'>

type None<T extends never> = T
type Instance<T extends abstract new (...args: never) => unknown> = InstanceType<T>

/** Every line is a compile error if the host misfits. */
export type Checks = [
  None<Misfits<typeof host.app, Electron.App>>,
  None<Misfits<typeof host.app.commandLine, Electron.CommandLine>>,
  None<Misfits<Instance<typeof host.BaseWindow>, Electron.BaseWindow>>,
  None<Misfits<typeof host.BaseWindow, typeof Electron.BaseWindow>>,
  None<Misfits<Instance<typeof host.BrowserWindow>, Electron.BrowserWindow>>,
  None<Misfits<typeof host.BrowserWindow, typeof Electron.BrowserWindow>>,
  None<Misfits<host.DownloadItem, Electron.DownloadItem>>,
  None<Misfits<typeof host.ipcMain, Electron.IpcMain>>,
  None<Misfits<Instance<typeof host.Menu>, Electron.Menu>>,
  None<Misfits<typeof host.Menu, typeof Electron.Menu>>,
  None<Misfits<host.NativeImage, Electron.NativeImage>>,
  None<Misfits<Instance<typeof host.Notification>, Electron.Notification>>,
  None<Misfits<host.Session, Electron.Session>>,
  None<Misfits<host.Session['cookies'], Electron.Cookies>>,
  None<Misfits<host.Session['webRequest'], Electron.WebRequest>>,
  None<Misfits<Instance<typeof host.Tray>, Electron.Tray>>,
  None<Misfits<host.UtilityProcess, Electron.UtilityProcess>>,
  None<Misfits<Instance<typeof host.View>, Electron.View>>,
  None<Misfits<host.WebContents, Electron.WebContents>>,
  None<Misfits<Instance<typeof host.WebContentsView>, Electron.WebContentsView>>,
  None<Misfits<host.WebFrameMain, Electron.WebFrameMain>>,
  None<Exclude<Invented<typeof host, typeof Electron>, 'default' | 'module.exports'>>,
  None<Misfits<typeof host.clipboard, Electron.Clipboard>>,
  None<Invented<typeof host.clipboard, Electron.Clipboard>>,
  None<Misfits<typeof host.dialog, Electron.Dialog>>,
  None<Invented<typeof host.dialog, Electron.Dialog>>,
  None<Misfits<typeof host.nativeTheme, Electron.NativeTheme>>,
  None<Misfits<typeof host.powerMonitor, Electron.PowerMonitor>>,
  None<Misfits<typeof host.nativeImage, typeof Electron.nativeImage>>,
  None<Invented<typeof host.nativeImage, typeof Electron.nativeImage>>,
  None<Misfits<typeof host.net, Electron.Net>>,
  None<Invented<typeof host.net, Electron.Net>>,
  None<Misfits<typeof host.protocol, Electron.Protocol>>,
  None<Invented<typeof host.protocol, Electron.Protocol>>,
  None<Misfits<typeof host.session, typeof Electron.session>>,
  None<Invented<typeof host.session, typeof Electron.session>>,
  None<Misfits<typeof host.shell, Electron.Shell>>,
  None<Invented<typeof host.shell, Electron.Shell>>,
  None<Misfits<typeof host.utilityProcess, typeof Electron.utilityProcess>>,
  None<Invented<typeof host.utilityProcess, typeof Electron.utilityProcess>>,
  None<Misfits<typeof host.webContents, typeof Electron.webContents>>,
  None<Invented<typeof host.webContents, typeof Electron.webContents>>
]

/** Events: an app can listen to Electron's own events, and under the host to those that the host emits. */
export function eventNames(real: Electron.App, own: typeof host.app): void {
  // @ts-expect-error -- Electron has no such event
  real.on('no-such-event', () => undefined)
  real.on('browser-window-focus', () => undefined)
  // @ts-expect-error -- the host never emits it
  own.on('browser-window-focus', () => undefined)
  own.on('before-quit', () => undefined)
}
