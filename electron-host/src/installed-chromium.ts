// Finds the Chromium for the stand-in and the tests of the window; only this file knows its places.
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

export type Machine = {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** True: with windows on a screen. False: Debian's windowless shell is first, as it starts faster. */
  readonly headed: boolean
}

export type Files = {
  readonly exists: (path: string) => boolean
  /** Returns the first 4 kB of a file as text; empty if the file can not be read. */
  readonly beginning: (path: string) => string
}

const debian = '/usr/lib/chromium'
const linux = [
  `${debian}/chromium`,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/opt/google/chrome/chrome',
  '/usr/bin/google-chrome',
  '/opt/microsoft/msedge/msedge',
  '/usr/bin/microsoft-edge'
]
const mac = ['Google Chrome', 'Google Chrome for Testing', 'Chromium', 'Microsoft Edge']
const windows = [
  String.raw`Google\Chrome\Application\chrome.exe`,
  String.raw`Google\Chrome for Testing\Application\chrome.exe`,
  String.raw`Chromium\Application\chrome.exe`,
  String.raw`Microsoft\Edge\Application\msedge.exe`
]
const windowsFolders = ['LOCALAPPDATA', 'ProgramFiles', 'ProgramFiles(x86)']

/** Returns the places of a Chromium on this machine, the best first. */
export function chromiumPlaces({ platform, env, home, headed }: Machine): string[] {
  if (platform === 'darwin')
    return mac.flatMap((name) =>
      ['/', home].map((above) => posix.join(above, 'Applications', `${name}.app`, 'Contents/MacOS', name))
    )
  if (platform === 'win32') {
    const folders = windowsFolders.flatMap((name) => env[name] ?? [])
    return windows.flatMap((place) => folders.map((folder) => win32.join(folder, place)))
  }
  return headed ? linux : [`${debian}/chromium-headless-shell`, ...linux]
}

/** Ubuntu's package has a script in place of the program: it starts a snap, which can not be driven. */
export function isSnapStub(beginning: string): boolean {
  return beginning.startsWith('#!') && /\bsnap\b/.test(beginning)
}

/**
 * Returns the Chromium to run; null if none is installed. `ELECTRON_HOST_CHROMIUM` takes precedence.
 * @throws if that variable names a file that does not exist
 */
export function findInstalledChromium(machine: Machine, { exists, beginning }: Files = files): string | null {
  const chosen = machine.env['ELECTRON_HOST_CHROMIUM']
  if (chosen !== undefined && chosen !== '') {
    if (exists(chosen)) return chosen
    throw new Error(`ELECTRON_HOST_CHROMIUM names ${chosen}, and there is no such file.`)
  }
  return chromiumPlaces(machine).find((path) => exists(path) && !isSnapStub(beginning(path))) ?? null
}

/** Returns the result of `findInstalledChromium` on this machine, else Playwright's own download. */
export async function findChromium(headed: boolean): Promise<string | null> {
  const installed = findInstalledChromium({
    platform: process.platform,
    env: process.env,
    home: homedir(),
    headed
  })
  if (installed !== null) return installed
  const { chromium } = await import('@playwright/test')
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null
}

const files: Files = {
  exists: existsSync,
  beginning(path) {
    const bytes = Buffer.alloc(4096)
    try {
      const file = openSync(path, 'r')
      try {
        return bytes.toString('latin1', 0, readSync(file, bytes))
      } finally {
        closeSync(file)
      }
    } catch {
      return ''
    }
  }
}
