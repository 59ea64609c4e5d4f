import { app, type BrowserWindow } from 'electron'
import { openMainWindow, showWindow } from './main-window.ts'

/** The main window, of which there is one at the most; a person may have closed it. */
export type OneWindow = {
  /** Null: it was closed. */
  readonly current: () => BrowserWindow | null
  /** Brings it to the front, or opens it again. */
  readonly show: () => void
}

/**
 * Opens it. When the app quits it closes, whatever `closing` says. `app.quit` asks every window before it returns, and
 * nobody tells that one has refused: what is closed later is closed by the person.
 */
export function openOneWindow(options: Parameters<typeof openMainWindow>[0]): OneWindow {
  let quitting = false
  app.on('before-quit', () => {
    quitting = true
    setImmediate(() => (quitting = false))
  })
  const open = (show: boolean): BrowserWindow =>
    openMainWindow({ ...options, show, closing: () => (quitting ? 'quit' : options.closing()) })
  let window = open(options.show)
  return {
    current: () => (window.isDestroyed() ? null : window),
    show: () => {
      if (window.isDestroyed()) window = open(true)
      else showWindow(window)
    }
  }
}
