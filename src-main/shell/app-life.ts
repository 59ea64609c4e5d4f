import { type PowerMonitor, Menu, type App } from 'electron'

/**
 * Calls `wake` after sleep and unlock: timers stand still while the machine sleeps, so a schedule by the wall
 * clock must be checked again.
 */
export function onWake(powerMonitor: PowerMonitor, wake: () => void): void {
  powerMonitor.on('resume', wake)
  powerMonitor.on('unlock-screen', wake)
}

/**
 * The application menu. On macOS, text editing and quitting by keyboard need it; everything in it is in the
 * window too.
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

/** Longest time that quitting may wait, in ms; a hung keychain is cut off well before. */
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
