import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'
import { VaultError } from '#shared/problem.ts'

export type StoreChoice = 'auto' | 'keychain' | 'file'

export type Config = {
  /** The one folder that holds all data; two homes share nothing. Absolute path. */
  readonly home: string
  /** `auto`: keychain, and encrypted files only with the person's consent. */
  readonly store: StoreChoice
  /** Milliseconds a sign-in may take before it is given up. */
  readonly signInTimeout: number
  /** Milliseconds without a connection after which a vault without windows ends. */
  readonly serveIdleMs: number
  /** Path of the key with which a command asks as a paired program. Null: it asks as the person's terminal. */
  readonly clientKey: string | null
  /** Allows issuers on 127.0.0.1 without TLS. For development and tests only. */
  readonly insecureLoopbackIssuers: boolean
  /** File in which the tools of AWS keep pairs, as their variable names it. Null: in its usual place. */
  readonly awsCredentials: string | null
  /** Leaves the process open to debuggers of the same user. For development and tests only. */
  readonly openToDebuggers: boolean
  /** Latchkey starts without showing the window. */
  readonly startHidden: boolean
}

type Row<T> = {
  readonly variable: string
  readonly fallback: (env: Environment, platform: NodeJS.Platform) => T
  /** Null: the text is not valid; the person gets CONFIG_INVALID with `expects`. */
  readonly parse: (text: string, platform: NodeJS.Platform) => T | null
  readonly expects: string
}
type Environment = Readonly<Record<string, string | undefined>>
type Setting = Exclude<keyof Config, 'startHidden' | 'awsCredentials'>

const stores: readonly StoreChoice[] = ['auto', 'keychain', 'file']

/** Every environment variable Latchkey reads. */
export const settings: { readonly [Name in Setting]: Row<Config[Name]> } = {
  home: {
    variable: 'LATCHKEY_HOME',
    fallback: defaultHome,
    parse: (text, platform) => (isWholePath(text, platform) ? text : null),
    expects: 'an absolute path; “~” is not expanded'
  },
  store: {
    variable: 'LATCHKEY_STORE',
    fallback: () => 'auto',
    parse: (text) => stores.find((store) => store === text) ?? null,
    expects: stores.join(', ')
  },
  signInTimeout: {
    variable: 'LATCHKEY_SIGN_IN_TIMEOUT_SECONDS',
    fallback: () => 300_000,
    parse: (text) => (/^\d{1,4}$/.test(text) && Number(text) > 0 ? Number(text) * 1000 : null),
    expects: 'whole seconds from 1 to 9999'
  },
  serveIdleMs: {
    variable: 'LATCHKEY_SERVE_IDLE_SECONDS',
    fallback: () => 900_000,
    parse: (text) => (/^\d{1,5}$/.test(text) && Number(text) > 0 ? Number(text) * 1000 : null),
    expects: 'whole seconds from 1 to 99999'
  },
  clientKey: {
    variable: 'LATCHKEY_CLIENT_KEY',
    fallback: () => null,
    parse: (text, platform) => (isWholePath(text, platform) ? text : null),
    expects: 'an absolute path'
  },
  insecureLoopbackIssuers: flag('LATCHKEY_INSECURE_LOOPBACK_ISSUERS'),
  openToDebuggers: flag('LATCHKEY_OPEN_TO_DEBUGGERS')
}

/** A switch that is on only for the text `1`. */
function flag(variable: string): Row<boolean> {
  return {
    variable,
    fallback: () => false,
    parse: (text) => (text === '1' ? true : text === '0' ? false : null),
    expects: '1 or 0'
  }
}

/**
 * The only reader of the environment and of argv.
 * Throws VaultError CONFIG_INVALID, naming the variable and what it expects, never its value.
 */
export function readConfig(
  env: Environment = process.env,
  argv: readonly string[] = process.argv,
  platform: NodeJS.Platform = process.platform
): Config {
  const read = <Name extends Setting>(name: Name): Config[Name] => {
    const { variable, fallback, parse, expects }: Row<Config[Name]> = settings[name]
    const text = env[variable]
    if (text === undefined || text === '') return fallback(env, platform)
    const value = parse(text, platform)
    if (value === null) {
      throw new VaultError('CONFIG_INVALID', { message: `${variable} must be ${expects}.` })
    }
    return value
  }
  return Object.freeze({
    home: read('home'),
    store: read('store'),
    signInTimeout: read('signInTimeout'),
    serveIdleMs: read('serveIdleMs'),
    clientKey: read('clientKey'),
    insecureLoopbackIssuers: read('insecureLoopbackIssuers'),
    // Not a setting of Latchkey, so no text of it is a fault.
    awsCredentials: env['AWS_SHARED_CREDENTIALS_FILE'] || null,
    openToDebuggers: read('openToDebuggers'),
    startHidden: argv.includes('--hidden')
  })
}

function defaultHome(env: Environment, platform: NodeJS.Platform): string {
  const path = pathsOf(platform)
  if (platform === 'darwin')
    return path.join(userHome(env, platform), 'Library', 'Application Support', 'Latchkey')
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] ?? ''
    const folder = isWholePath(local, platform)
      ? local
      : path.join(userHome(env, platform), 'AppData', 'Local')
    return path.join(folder, 'Latchkey')
  }
  // A relative path is ignored (XDG Base Directory Specification).
  const data = env['XDG_DATA_HOME'] ?? ''
  const folder = isWholePath(data, platform) ? data : path.join(userHome(env, platform), '.local', 'share')
  return path.join(folder, 'latchkey')
}

/**
 * Returns the person's home folder. Throws CONFIG_INVALID if the environment does not give an absolute path,
 * so that a vault is never in a folder by chance.
 */
function userHome(env: Environment, platform: NodeJS.Platform): string {
  const variable = platform === 'win32' ? 'USERPROFILE' : 'HOME'
  const home = env[variable] ?? homedir()
  if (isWholePath(home, platform)) return home
  throw new VaultError('CONFIG_INVALID', { message: `${variable} must be an absolute path, or not be set.` })
}

function isWholePath(path: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32'
    ? /^(?:[A-Za-z]:[\\/]|[\\/]{2}[^\\/]+[\\/]+[^\\/])/.test(path)
    : path.startsWith('/')
}

function pathsOf(platform: NodeJS.Platform) {
  return platform === 'win32' ? win32 : posix
}
