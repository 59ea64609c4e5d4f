import { spawn } from 'node:child_process'

type System = {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
}

const here = (): System => ({ platform: process.platform, env: process.env })

/**
 * True if a browser can be opened where the person sits: there is a display, or `BROWSER` names one. On macOS and
 * Windows: the session is no remote one (SSH).
 */
export function hasBrowser({ platform, env }: System = here()): boolean {
  const isSet = (name: string): boolean => (env[name] ?? '') !== ''
  if (isSet('BROWSER')) return true
  if (platform === 'darwin' || platform === 'win32') return !isSet('SSH_CONNECTION')
  return isSet('DISPLAY') || isSet('WAYLAND_DISPLAY')
}

/**
 * Opens an address in the person's browser and goes on at once. It has no stream of ours and outlives the command. A
 * browser that does not start is no fault, because the address is shown as well. Anything but http and https is left alone.
 */
export function openPage(url: string, { platform } = here()): void {
  if (!/^https?:$/.test(new URL(url).protocol)) return
  const [program, args] = opener(platform)
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore', windowsHide: true })
  child.on('error', () => undefined)
  child.unref()
}

function opener(platform: NodeJS.Platform): readonly [string, readonly string[]] {
  if (platform === 'darwin') return ['open', []]
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler']]
  return ['xdg-open', []]
}
