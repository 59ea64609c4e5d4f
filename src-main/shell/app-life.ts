import { type PowerMonitor, Menu, type App } from 'electron'

/** Timers stand still while the machine sleeps: whoever schedules by the wall clock looks again on waking. */
export function onWake(powerMonitor: PowerMonitor, wake: () => void): void {
  powerMonitor.on('resume', wake)
  powerMonitor.on('unlock-screen', wake)
}

/**
 * The application menu: editing in text fields and quitting by keyboard need it on macOS; there is nothing in it that
 * the window does not have.
 */
export function appMenu(isMac: boolean): Menu {
  return Menu.buildFromTemplate([
    ...(isMac
      ? [{ role: 'appMenu' as const }]
      : [{ label: 'Latchkey', submenu: [{ role: 'quit' as const }] }]),
    { role: 'editMenu' },
    { role: 'windowMenu' }
  ])
}

/** How long quitting may wait; a hung keychain is cut off well before. */
const DEADLINE = 2000

/** Runs `close` once before the app ends, and ends it whether or not that succeeds in time. */
export function closeBeforeQuit(app: App, close: () => Promise<void>): void {
  let isClosing = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (isClosing) return
    isClosing = true
    const end = (): void => app.exit(0)
    setTimeout(end, DEADLINE)
    close().then(end, end)
  })
}
