import type { App } from 'electron'

const NAME = 'Latchkey'

/**
 * The one identity on every desktop: name of the `.desktop` file, `app_id` on Wayland, WM_CLASS on X11 (so that a
 * `StartupWMClass` is this too), and Application User Model ID on Windows. In reverse-DNS style, as the desktop portal
 * and GNOME want it: https://www.electronjs.org/docs/latest/api/app#appsetdesktopnamename-linux
 */
export const APP_ID = 'app.latchkey.Latchkey'

type Named = Pick<App, 'setName' | 'setDesktopName' | 'setAppUserModelId'>

/** Tells Electron who the app is; before `ready`, because later it is not heard. */
export function nameApp(app: Named, platform: NodeJS.Platform): void {
  app.setName(NAME)
  if (platform === 'linux') app.setDesktopName(`${APP_ID}.desktop`)
  if (platform === 'win32') app.setAppUserModelId(APP_ID)
}
