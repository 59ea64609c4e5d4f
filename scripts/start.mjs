// `npm start`: installs what is missing, builds, opens the vault.
import { join } from 'node:path'
import process from 'node:process'
import {
  electronBinary,
  ensureNodeModules,
  ensureSystemPackages,
  fail,
  hostEnvironment,
  pinnedNode,
  root,
  run,
  say
} from './setup.mjs'

ensureNodeModules()
say('Building …')
if (
  run(pinnedNode(), [
    join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
    'build',
    '--logLevel',
    'warn'
  ]) !== 0
) {
  fail('The build failed; the lines above say where.')
}

const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
if (!hasDisplay) {
  say('This machine has no display, so here is the guided tour instead of a window.\n')
  process.exit(run(pinnedNode(), [join(root, 'scripts', 'tour.mjs')]))
}

const electron = electronBinary()
if (electron !== null) {
  process.exit(run(electron, ['.', ...process.argv.slice(2)]))
}
ensureSystemPackages(['chromium'])
say('Electron can not be downloaded here; the same build runs in Chromium through the Electron host.')
process.exit(
  run(join(hostEnvironment.ELECTRON_OVERRIDE_DIST_PATH, 'electron'), ['.', ...process.argv.slice(2)], {
    ...hostEnvironment,
    ELECTRON_HOST_HEADED: '1'
  })
)
