// `npm start`: installs what is missing, builds, opens the vault.
import { join } from 'node:path'
import process from 'node:process'
import {
  build,
  electronBinary,
  ensureNodeModules,
  ensureSystemPackages,
  hostEnvironment,
  pinnedNode,
  root,
  run,
  say
} from './setup.mjs'

ensureNodeModules()
build()

const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
if (!hasDisplay) {
  say('This machine has no display: here is the guided tour instead of a window.\n')
  process.exit(run(pinnedNode(), [join(root, 'scripts', 'tour.mjs'), '--built']))
}

const args = ['.', ...process.argv.slice(2)]
const electron = electronBinary()
if (electron !== null) process.exit(run(electron, args))

ensureSystemPackages(['chromium'])
say('Electron can not be downloaded here: the same build runs in Chromium through the Electron host.')
const host = join(hostEnvironment.ELECTRON_OVERRIDE_DIST_PATH, 'electron')
process.exit(run(host, args, { ...hostEnvironment, ELECTRON_HOST_HEADED: '1' }))
