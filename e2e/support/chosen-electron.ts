// Imported before the first launch, because Playwright asks Electron's package for the executable only once.
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const require = createRequire(import.meta.url)
const hostFolder = resolve(import.meta.dirname, '../../electron-host/bin')

/**
 * True: the stand-in on Chromium runs, even if Electron is installed. `E2E_ON=electron` selects real
 * Electron: the one of node_modules, or the one in ELECTRON_OVERRIDE_DIST_PATH.
 */
export const onHost = process.env['E2E_ON'] !== 'electron'
if (onHost) chooseHost()
// Programs that are Electron themselves, such as editors, set it; it would turn ours into plain Node.
delete process.env['ELECTRON_RUN_AS_NODE']

function chooseHost(): void {
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = hostFolder
  const file = require.resolve('electron/index.js')
  require(file)
  // An installed Electron's package adds the file name for this system; the stand-in has its own name.
  const name = process.platform === 'win32' ? 'electron.cmd' : 'electron'
  const loaded = require.cache[file]
  if (loaded === undefined) throw new Error('Electron’s package is not where Playwright looks for it.')
  loaded.exports = join(hostFolder, name)
}
