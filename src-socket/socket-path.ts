import { createHash } from 'node:crypto'
import { lstatSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The longest path that every system takes for a socket, in bytes (sockaddr_un of macOS, without its end). */
const LONGEST = 103
const FOR_OTHERS = 0o077

export type SocketPlace = {
  /** Folder that must be the person's alone; null: a pipe of Windows, which has none. */
  readonly folder: string | null
  /** Path of the socket, or name of the pipe; null: the file with the pipe's name does not exist yet. */
  readonly path: string | null
}

type System = {
  readonly platform: NodeJS.Platform
  readonly uid: number
  /** Folder in which the system makes one for each user who has signed in. */
  readonly runtimes: string
}

/**
 * The place of the socket of a home. Both ends compute it by this function from the home and the system
 * alone: a variable such as XDG_RUNTIME_DIR may be set on one side only, as under su, cron or ssh. It is
 * below `/run/user/UID` where the system has made that folder for the person, else below the home; a home
 * whose path is too long for a socket gets a folder of `/tmp`. A slash at the end of the home changes nothing.
 */
export function socketPlace(home: string, system: System = here()): SocketPlace {
  if (system.platform === 'win32') return { folder: null, path: pipeName(home) }
  const whole = resolve(home)
  const mark = createHash('sha256').update(whole).digest('hex').slice(0, 16)
  const runtime = join(system.runtimes, String(system.uid))
  const folder = isOwn(runtime, system.uid) ? join(runtime, `latchkey-${mark}`) : join(whole, 'run')
  const path = join(folder, 'vault.sock')
  if (Buffer.byteLength(path) <= LONGEST) return { folder, path }
  const short = join('/tmp', `latchkey-${system.uid}-${mark}`)
  return { folder: short, path: join(short, 'vault.sock') }
}

/** The file that holds the random name of the pipe on Windows, where a pipe has no folder to protect it. */
export const pipeNameFile = (home: string): string => join(home, 'socket-name')

/** The file with the secret by which the person's terminal and the vault prove themselves to each other. */
export const terminalKeyFile = (home: string): string => join(home, 'socket.key')

function pipeName(home: string): string | null {
  try {
    const name = readFileSync(pipeNameFile(home), 'utf8').trim()
    return /^[0-9a-f]{32}$/.test(name) ? `\\\\.\\pipe\\latchkey-${name}` : null
  } catch {
    return null
  }
}

/** True for a folder of this user that nobody else may enter. */
function isOwn(folder: string, uid: number): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found !== undefined && found.isDirectory() && found.uid === uid && (found.mode & FOR_OTHERS) === 0
}

function here(): System {
  return { platform: process.platform, uid: process.getuid?.() ?? 0, runtimes: '/run/user' }
}
