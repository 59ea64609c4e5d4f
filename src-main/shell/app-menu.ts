import { Menu } from 'electron'

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
