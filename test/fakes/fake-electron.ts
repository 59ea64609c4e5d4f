import { readFileSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../scripts/script.ts'

const chromiumSays = (file: string, words: string): string =>
  `echo '[1:1:0101/000000.000000:ERROR:${file}] ${words}' >&2`
/** The version of the `electron` package. */
export const electronVersion: string = (
  JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as { version: string }
).version
const version = `latchkey-probe ${electronVersion} chromium 156.0.0.0 node 24.0.0`

/**
 * Behavior of a distribution that is started on the probe or on the app. The words are those of Chromium and
 * of the loader.
 */
export type ElectronState =
  | 'works'
  | 'no-sandbox'
  | 'no-user-namespaces'
  | 'root'
  | 'no-display'
  | 'missing-library'
  | 'crashes-on-probe'
  | 'crashes-afterwards'
  | 'fails-afterwards'
  | 'hangs'
  | 'other-version'

/** Bodies of a shell script; `$app` is empty on the probe. */
const behaviour: Record<ElectronState, string> = {
  works: `echo '${version}'`,
  'no-sandbox': `${chromiumSays(
    'sandbox/linux/suid/client/setuid_sandbox_host.cc:166',
    'The SUID sandbox helper binary was found, but is not configured correctly. Rather than run without sandboxing I am aborting now. You need to make sure that \'"$here"\'/chrome-sandbox is owned by root and has mode 4755.'
  )}; kill -TRAP $$`,
  'no-user-namespaces': `${chromiumSays(
    'content/browser/zygote_host/zygote_host_impl_linux.cc:130',
    'No usable sandbox! If this is a Debian system, please install the chromium-sandbox package.'
  )}; exit 1`,
  root: `${chromiumSays(
    'content/browser/zygote_host/zygote_host_impl_linux.cc:103',
    'Running as root without --no-sandbox is not supported. See https://crbug.com/638180.'
  )}; exit 1`,
  'no-display': `${chromiumSays(
    'ui/ozone/platform/x11/ozone_platform_x11.cc:257',
    'Missing X server or $DISPLAY'
  )}; ${chromiumSays('ui/aura/env.cc:253', 'The platform failed to initialize.  Exiting.')}; exit 1`,
  'missing-library':
    'echo "$0: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file or directory" >&2; exit 127',
  'crashes-on-probe': 'kill -SEGV $$',
  'crashes-afterwards': `if [ "$app" ]; then kill -SEGV $$; else echo '${version}'; fi`,
  'fails-afterwards': `if [ "$app" ]; then echo 'it broke' >&2; exit 7; else echo '${version}'; fi`,
  hangs: 'sleep 300 & echo "$$ $!" >>"$here/starts"; wait',
  'other-version': "echo 'latchkey-probe 30.0.0 chromium 124.0.0.0 node 20.0.0'"
}

/**
 * Writes a distribution of Electron into the folder, as the download does: a program that answers as Electron
 * does in that state, its version, and the sandbox helper without its setuid bit. Each start is noted in the
 * file `starts`.
 */
export async function layFakeElectron(folder: string, state: ElectronState): Promise<void> {
  await mkdir(folder, { recursive: true })
  const script = `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
app=1
for argument in "$@"; do case $argument in */electron-probe) app= ;; esac; done
echo "\${app:-probe} run-as-node=$ELECTRON_RUN_AS_NODE $*" >>"$here/starts"
${behaviour[state]}
`
  await writeFile(join(folder, 'electron'), script)
  await chmod(join(folder, 'electron'), 0o755)
  await writeFile(join(folder, 'version'), electronVersion)
  await writeFile(join(folder, 'chrome-sandbox'), '')
  await chmod(join(folder, 'chrome-sandbox'), 0o755)
  await writeFile(join(folder, 'starts'), '')
  await chmod(join(folder, 'starts'), 0o666)
}
