import { app, type BrowserWindow } from 'electron'
import { openMainWindow, showWindow } from './main-window.ts'

/** The main window, of which there is one at the most; a person may have closed it. */
export type OneWindow = {
  readonly current: () => BrowserWindow
  /** Brings it to the front, or opens it again. */
  readonly show: () => void
}

/** Opens it. When the app quits it closes, whatever `closing` says. */
export function openOneWindow(options: Parameters<typeof openMainWindow>[0]): OneWindow {
  let quitting = false
  app.on('before-quit', () => (quitting = true))
  const open = (show: boolean): BrowserWindow =>
    openMainWindow({ ...options, show, closing: () => (quitting ? 'quit' : options.closing()) })
  let window = open(options.show)
  return {
    current: () => window,
    show: () => {
      if (window.isDestroyed()) window = open(true)
      else showWindow(window)
    }
  }
}
