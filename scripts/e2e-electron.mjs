// `npm run e2e:electron`: the end-to-end specs on real Electron; fails where there is none.
import { join } from 'node:path'
import process from 'node:process'
import { build, electronBinary, ensureNodeModules, fail, root, run } from './setup.mjs'

ensureNodeModules()
if (electronBinary() === null) {
  fail('Electron is not here and can not be downloaded from this network, so these specs can not run on it.')
}
build()
const specs = ['playwright', 'test', 'e2e', ...process.argv.slice(2)]
const command =
  process.platform === 'linux'
    ? [join(root, 'scripts', 'with-gnome-keyring.sh'), 'xvfb-run', '-a', ...specs]
    : specs
process.exit(run(command[0], command.slice(1)))
