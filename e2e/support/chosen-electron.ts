// Imported before the first launch, because Playwright asks Electron's package for the executable once.
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const require = createRequire(import.meta.url)
const hostFolder = resolve(import.meta.dirname, '../../electron-host/bin')

/**
 * The stand-in on Chromium runs, whatever Electron there is. `E2E_ON=electron` asks for real Electron: the one of
 * node_modules, or the one in ELECTRON_OVERRIDE_DIST_PATH.
 */
export const onHost = process.env['E2E_ON'] !== 'electron'
if (onHost) chooseHost()
// Set by programs that are Electron themselves, such as editors; it would turn ours into a plain Node.
delete process.env['ELECTRON_RUN_AS_NODE']

function chooseHost(): void {
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = hostFolder
  const file = require.resolve('electron/index.js')
  require(file)
  // Where Electron is installed, its package adds the name that Electron has on this system; the stand-in has its own.
  const name = process.platform === 'win32' ? 'electron.cmd' : 'electron'
  const loaded = require.cache[file]
  if (loaded === undefined) throw new Error('Electron’s package is not where Playwright looks for it.')
  loaded.exports = join(hostFolder, name)
}
