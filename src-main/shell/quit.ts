import type { App } from 'electron'

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
