// Imported before the first launch, because Playwright asks for the executable once.
import { join, resolve } from 'node:path'

const hostFolder = join(resolve(import.meta.dirname, '..'), 'electron-host', 'bin')

/**
 * The stand-in on Chromium runs, whatever Electron there is. `E2E_ON=electron` asks for real Electron: the one of
 * node_modules, or the one in ELECTRON_OVERRIDE_DIST_PATH.
 */
export const onHost = process.env['E2E_ON'] !== 'electron'
if (onHost) process.env['ELECTRON_OVERRIDE_DIST_PATH'] = hostFolder
// Set by programs that are Electron themselves, such as editors; it would turn ours into a plain Node.
delete process.env['ELECTRON_RUN_AS_NODE']
