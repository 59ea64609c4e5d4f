// The theme of the desktop, which Chromium would tell its pages but not the host.
import { spawnSync } from 'node:child_process'
import { EventEmitter } from 'node:events'

export type Theme = 'light' | 'dark'
type Events = { changed: [] }

const asTheme = (text: string | null): Theme => (text?.includes('dark') ? 'dark' : 'light')

/** The theme of ELECTRON_HOST_SYSTEM_THEME; else, with windows on a screen, that of GNOME's settings. */
function themeAtStart(): Theme {
  const told = process.env['ELECTRON_HOST_SYSTEM_THEME']
  if (told !== undefined || process.env['ELECTRON_HOST_HEADED'] !== '1') return asTheme(told ?? null)
  const question = ['get', 'org.gnome.desktop.interface', 'color-scheme']
  return asTheme(spawnSync('gsettings', question, { encoding: 'utf8', timeout: 1000 }).stdout)
}

class SystemTheme extends EventEmitter<Events> {
  #theme = themeAtStart()
  constructor() {
    super()
    // A spec changes the theme of the desktop with this event of the process.
    const changes: EventEmitter = process
    changes.on('electron-host:system-theme', (theme: Theme) => {
      this.#theme = theme
      this.emit('changed')
    })
  }
  get current(): Theme {
    return this.#theme
  }
}
export const systemTheme = new SystemTheme()
