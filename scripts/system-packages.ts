// The Debian packages that the tests and the stand-in stand on: which are missing, and installing them.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Environment, say, Stop } from './script.ts'

export type Distribution = { readonly id: string; readonly like: readonly string[]; readonly version: number }

/** What /etc/os-release says. Absent values are empty, and an absent version is 0. */
export function parseOsRelease(text: string): Distribution {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Z_]+)=["']?(.*?)["']?$/.exec(line.trim()) ?? []
    if (name !== undefined && value !== undefined) values.set(name, value)
  }
  return {
    id: values.get('ID') ?? '',
    like: (values.get('ID_LIKE') ?? '').split(' ').filter((word) => word !== ''),
    version: Number(values.get('VERSION_ID') ?? 0) || 0
  }
}

/** This machine's distribution; one without a name where it says none. */
export function thisDistribution(): Distribution {
  const file = '/etc/os-release'
  return parseOsRelease(existsSync(file) ? readFileSync(file, 'utf8') : '')
}

/** True where the package `chromium` is the browser. Ubuntu's only starts a snap, also in what is made from Ubuntu. */
export function hasChromiumPackage({ id, like }: Distribution): boolean {
  return id === 'debian' || (like.includes('debian') && !like.includes('ubuntu') && id !== 'ubuntu')
}

const onPath = (file: string, env: Environment = process.env): boolean =>
  (env['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, file)))

/** By the name of the package: whether what it brings is here. */
const packages = {
  chromium: () => existsSync('/usr/lib/chromium/chromium'),
  'chromium-headless-shell': () => existsSync('/usr/lib/chromium/chromium-headless-shell'),
  'gnome-keyring': () => onPath('gnome-keyring-daemon'),
  'dbus-daemon': () => onPath('dbus-run-session') && onPath('dbus-daemon'),
  'libglib2.0-bin': () => onPath('gdbus'),
  age: () => onPath('age'),
  git: () => onPath('git'),
  skopeo: () => onPath('skopeo'),
  podman: () => onPath('podman'),
  openssl: () => onPath('openssl'),
  bsdutils: () => onPath('script'),
  keepassxc: () => onPath('keepassxc'),
  'python3-keyring': () => existsSync('/usr/lib/python3/dist-packages/keyring'),
  'python3-secretstorage': () => existsSync('/usr/lib/python3/dist-packages/secretstorage'),
  'man-db': () => onPath('man'),
  strace: () => onPath('strace'),
  zsh: () => onPath('zsh'),
  fish: () => onPath('fish'),
  gh: () => onPath('gh'),
  composer: () => onPath('composer'),
  awscli: () => onPath('aws'),
  xvfb: () => onPath('Xvfb'),
  xauth: () => onPath('xauth'),
  xdotool: () => onPath('xdotool'),
  'xdg-desktop-portal': () => existsSync('/usr/libexec/xdg-desktop-portal'),
  'xdg-desktop-portal-gtk': () => existsSync('/usr/libexec/xdg-desktop-portal-gtk'),
  'libsecret-tools': () => onPath('secret-tool'),
  'fonts-inter': () =>
    existsSync('/usr/share/fonts/opentype/inter') || existsSync('/usr/share/fonts/truetype/inter')
} satisfies Record<string, () => boolean>

export type SystemPackage = keyof typeof packages

/** What the tests need beside a Chromium. */
export const testPackages: readonly SystemPackage[] = [
  'gnome-keyring',
  'dbus-daemon',
  'libglib2.0-bin',
  'libsecret-tools',
  'openssl',
  'bsdutils',
  'keepassxc',
  'python3-keyring',
  'python3-secretstorage',
  'xvfb',
  'xauth',
  'xdotool',
  'xdg-desktop-portal',
  'xdg-desktop-portal-gtk',
  'age',
  'git',
  'skopeo',
  'podman',
  'man-db',
  'strace',
  'zsh',
  'fish',
  'gh',
  'composer',
  'awscli',
  'fonts-inter'
]

/** Makes the tests faster where the distribution has it. */
const optional: ReadonlySet<SystemPackage> = new Set(['chromium-headless-shell'])

/**
 * Installs what is missing, where that can be done without asking.
 * @throws Stop with the one command to type where a password is needed or installing failed
 */
export function ensureSystemPackages(names: readonly SystemPackage[]): void {
  if (process.platform !== 'linux') return
  const missing = names.filter((name) => !packages[name]())
  if (missing.length === 0) return
  if (!onPath('apt-get'))
    throw new Stop(`These are missing: ${missing.join(', ')}. Install them with your package manager.`)
  const command = `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`
  const asRoot = rootPrefix()
  if (asRoot === null)
    throw new Stop(`System packages are missing. Type:\n\n  ${command}\n\nand run this again.`)
  say(`Installing system packages: ${missing.join(', ')} …`)
  apt(asRoot, 'update', '-q')
  const wanted = missing.filter((name) => !optional.has(name) || isOffered(name))
  if (wanted.length === 0) return
  if (apt(asRoot, 'install', '-y', '-q', '--no-install-recommends', ...wanted) !== 0)
    throw new Stop(`The system packages could not be installed. Type:\n\n  ${command}`)
}

/** [] for root, sudo where it asks for nothing, null where a person has to type the command. */
function rootPrefix(): string[] | null {
  if (process.getuid?.() === 0) return []
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null
}

function apt(asRoot: readonly string[], ...args: string[]): number | null {
  const [command = 'apt-get', ...rest] = [...asRoot, 'apt-get', ...args]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], env }).status
}

function isOffered(name: string): boolean {
  return spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0
}
