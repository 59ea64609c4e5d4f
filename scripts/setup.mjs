// What every other script needs first: the npm packages, the pinned Node, the system packages. Plain JavaScript on
// purpose: it runs on the machine's own Node before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import process from 'node:process'

export const root = resolve(import.meta.dirname, '..')
const bin = join(root, 'node_modules', '.bin')
const stampFile = join(root, 'node_modules', '.latchkey-lock')

/** A message for the person, and the end of the script without a stack trace. */
export function fail(message) {
  process.stderr.write(`\n${message}\n`)
  process.exit(1)
}

export function say(message) {
  process.stdout.write(`${message}\n`)
}

/** `npm ci`, when the lockfile is not the one that was installed last. */
export function ensureNodeModules() {
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  say('Installing npm packages …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, error } = spawnSync(npm, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32'
  })
  if (error || status !== 0)
    fail('npm could not install the packages. Check the network, then run the command again.')
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(stampFile, stamp)
}

/** The Node that runs everything: 24 from the lockfile where npm has one for this platform, else the machine's own. */
export function pinnedNode() {
  const pinned = join(bin, process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(pinned)) return pinned
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major >= 24) return process.execPath
  return fail(
    `Latchkey needs Node 24 here, and this is ${process.version}. Install Node 24 and run it again.`
  )
}

/** The environment in which `node` and the tools of node_modules are found first. */
export function toolEnvironment(extra = {}) {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, ...extra }
}

/** Runs a command on the pinned toolchain with its output shown; resolves to its exit code. */
export function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: toolEnvironment(env),
    shell: process.platform === 'win32'
  })
  return error ? 1 : (status ?? 1)
}

/** Builds the app, or ends the script. */
export function build() {
  say('Building …')
  const vite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  if (run(pinnedNode(), [vite, 'build', '--logLevel', 'warn']) !== 0) {
    fail('The build failed; the lines above say where.')
  }
}

const has = (file) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, file)))

/** Debian package by the file that shows it is there. */
const packages = {
  chromium: () => has('chromium') || has('google-chrome') || Boolean(process.env.ELECTRON_HOST_CHROMIUM),
  'chromium-headless-shell': () => has('chromium-headless-shell'),
  'gnome-keyring': () => has('gnome-keyring-daemon'),
  'dbus-daemon': () => has('dbus-run-session') && has('dbus-daemon'),
  'libglib2.0-bin': () => has('gdbus'),
  age: () => has('age'),
  keepassxc: () => has('keepassxc'),
  'python3-keyring': () => existsSync('/usr/lib/python3/dist-packages/keyring'),
  'python3-secretstorage': () => existsSync('/usr/lib/python3/dist-packages/secretstorage'),
  xvfb: () => has('Xvfb'),
  xdotool: () => has('xdotool'),
  'xdg-desktop-portal': () => existsSync('/usr/libexec/xdg-desktop-portal'),
  'xdg-desktop-portal-gtk': () => existsSync('/usr/libexec/xdg-desktop-portal-gtk'),
  'libsecret-tools': () => has('secret-tool'),
  'fonts-inter': () =>
    existsSync('/usr/share/fonts/opentype/inter') || existsSync('/usr/share/fonts/truetype/inter')
}

/** Makes the tests faster where the distribution has it. */
const optional = new Set(['chromium-headless-shell'])

/** Installs what is missing where that can be done without asking; else says the one command to type. */
export function ensureSystemPackages(names) {
  if (process.platform !== 'linux') return
  const missing = names.filter((name) => !packages[name]())
  if (missing.length === 0) return
  if (!has('apt-get'))
    fail(`These are missing: ${missing.join(', ')}. Install them with your package manager.`)
  const prefix = rootPrefix()
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (prefix === null) fail(`System packages are missing. Type:\n\n  sudo ${command}\n\nand run this again.`)
  say(`Installing system packages: ${missing.join(', ')} …`)
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  }
  const apt = (...args) =>
    spawnSync(
      [...prefix, 'apt-get'][0],
      [...prefix.slice(1), ...(prefix.length ? ['apt-get'] : []), ...args],
      options
    )
  apt('update', '-q')
  const isThere = (name) => spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0
  const wanted = missing.filter((name) => !optional.has(name) || isThere(name))
  const { status } = apt('install', '-y', '-q', '--no-install-recommends', ...wanted)
  if (status !== 0) fail(`The system packages could not be installed. Type:\n\n  sudo ${command}\n`)
}

/** [] for root, ['sudo', '-n'] where sudo asks for nothing, null where a person has to type the command. */
function rootPrefix() {
  if (process.getuid?.() === 0) return []
  const sudo = has('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
  return sudo ? ['sudo', '-n'] : null
}

/**
 * Electron's executable: where it is, or null where it can not be had. Electron 42 and later download at first use;
 * on a network that does not allow it this fails within a second.
 */
export function electronBinary() {
  const folder = join(root, 'node_modules', 'electron')
  const find = () => {
    const pathFile = join(folder, 'path.txt')
    if (!existsSync(pathFile)) return null
    const executable = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim())
    return existsSync(executable) ? executable : null
  }
  const installed = find()
  if (installed !== null) return installed
  spawnSync(pinnedNode(), [join(folder, 'install.js')], { cwd: root, stdio: 'ignore', timeout: 300_000 })
  return find()
}

/** Environment under which `electron` means the stand-in on Chromium. */
export const hostEnvironment = { ELECTRON_OVERRIDE_DIST_PATH: join(root, 'e2e', 'electron-host', 'bin') }
