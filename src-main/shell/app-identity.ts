import type { App } from 'electron'

const NAME = 'Latchkey'

/**
 * The identity of the app on every desktop: name of the `.desktop` file, `app_id` on Wayland, WM_CLASS on X11
 * (and with it `StartupWMClass`), and Application User Model ID on Windows. It is in reverse-DNS style, as
 * the desktop portal and GNOME require:
 * https://www.electronjs.org/docs/latest/api/app#appsetdesktopnamename-linux
 */
export const APP_ID = 'app.latchkey.Latchkey'

type Named = Pick<App, 'setName' | 'setDesktopName' | 'setAppUserModelId'>

/** Sets the names of the app in Electron; must run before `ready`, because later calls have no effect. */
export function nameApp(app: Named, platform: NodeJS.Platform): void {
  app.setName(NAME)
  if (platform === 'linux') app.setDesktopName(`${APP_ID}.desktop`)
  if (platform === 'win32') app.setAppUserModelId(APP_ID)
}
