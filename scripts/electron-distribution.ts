// Where Electron is, and how the stand-in is started in its place.
import { existsSync, readFileSync } from 'node:fs'
import { join, posix, resolve, win32 } from 'node:path'
import { type Environment, root } from './script.ts'

/** A program that runs the app as Electron does. `args` come before the app's own. */
export type Runtime = {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Environment
}

/** Electron's npm package. */
export const electronFolder = join(root, 'node_modules', 'electron')
const hostFolder = join(root, 'electron-host')

export type Place = {
  readonly platform: NodeJS.Platform
  readonly env: Environment
  /** Electron's npm package. */
  readonly folder: string
}

/** `absent`: not downloaded yet, or of another version. `chosen-is-absent`: the caller named a folder without one. */
export type Found =
  | { readonly kind: 'here'; readonly executable: string; readonly chosen: boolean }
  | { readonly kind: 'stand-in' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'chosen-is-absent'; readonly folder: string }

/** What the executable is called inside a distribution; as in Electron's install.js. */
export function executableName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return platform === 'win32' ? 'electron.exe' : 'electron'
}

/** The version of the npm package, which is the one the app is built for. */
export function electronVersion(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  return version
}

/**
 * Looks for Electron: in the folder that ELECTRON_OVERRIDE_DIST_PATH names, else in its npm package, where it counts as
 * there under the same conditions as for Electron's install.js. Nothing is downloaded or started.
 */
export function findElectron({ platform, env, folder }: Place): Found {
  const paths = platform === 'win32' ? win32 : posix
  const chosen = env['ELECTRON_OVERRIDE_DIST_PATH']
  if (chosen !== undefined && chosen !== '') {
    const distribution = resolve(chosen)
    if (distribution === join(hostFolder, 'bin')) return { kind: 'stand-in' }
    const executable = paths.join(distribution, executableName(platform))
    return existsSync(executable)
      ? { kind: 'here', executable, chosen: true }
      : { kind: 'chosen-is-absent', folder: chosen }
  }
  const executable = paths.join(folder, 'dist', executableName(platform))
  const isHere =
    content(paths.join(folder, 'path.txt')) === executableName(platform) &&
    content(paths.join(folder, 'dist', 'version')).replace(/^v/, '') === electronVersion(folder) &&
    existsSync(executable)
  return isHere ? { kind: 'here', executable, chosen: false } : { kind: 'absent' }
}

function content(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
}

export function electronAt(executable: string): Runtime {
  return { name: 'Electron', command: executable, args: [], env: {} }
}

/** The stand-in with a window on the screen. */
export const standIn: Runtime = {
  name: 'Chromium',
  command: process.execPath,
  args: [join(hostFolder, 'src', 'main.ts')],
  env: { ELECTRON_HOST_HEADED: '1' }
}
