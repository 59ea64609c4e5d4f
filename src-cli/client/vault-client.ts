import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { socketPlace } from '../../src-socket/socket-path.ts'
import { VaultConnection, VaultRefusal } from '../../src-socket/vault-connection.ts'
import { identityOf } from './identity.ts'
import { streamsOfVault } from './serve-streams.ts'
import { serveEnvironment } from './serve-environment.ts'

export type VaultClientPorts = {
  /** Folder of the home. */
  readonly home: () => string
  /** Path of the key of a paired program; null: the command asks as the person's terminal. */
  readonly keyFile: () => string | null
  /** Program and arguments that start a vault without windows, with these options of Node. */
  readonly serveCommand: (options: readonly string[]) => readonly [string, ...string[]]
  /**
   * Makes this process the only one that may start a vault, until the returned function is called. Null: another
   * process starts or has started one. Rejects if the home can not be used; with VaultRefusal if its sentence is to be
   * shown.
   */
  readonly holdStart: () => Promise<(() => void) | null>
  /** Called when a request waits until the vault is unlocked. Absent: the wait is silent. */
  readonly onLocked?: () => void
}

/** There was no vault, and the one that this program started ended, or did not answer in time. */
export class VaultNotStarted extends VaultRefusal {}

/**
 * Options of Node for a vault without windows. What passes through it is in buffers outside of V8's heap, which are
 * freed when their objects in the heap are: with 1 MB of young objects that is soon, and takes less than a millisecond.
 */
export const serveOptions = ['--max-semi-space-size=1'] as const
/** Longest time in milliseconds to wait for a vault that this or another program starts. */
const START_MS = 30_000
const PAUSE_MS = 25
/** Milliseconds of a clock that only goes on; `performance` would be loaded for it. */
const now = (): number => process.uptime() * 1000
/** Longest time in milliseconds to be let in by a vault that is about to end, or that has too many clients. */
const WELCOME_MS = 10_000

/**
 * Connects to the vault process of the home. If none runs, it starts one, or waits for the one that another program
 * starts. Rejects with VaultRefusal, whose sentence says what to do.
 */
export async function openVault(ports: VaultClientPorts): Promise<VaultConnection> {
  const home = ports.home()
  const deadline = now() + START_MS
  while (now() < deadline) {
    const found = await tryOpen(home, ports)
    if (found !== null) return found
    const release = await ports.holdStart().catch((error: unknown) => {
      throw error instanceof VaultRefusal ? error : notStarted('did not start')
    })
    if (release === null) await sleep(PAUSE_MS)
    else {
      try {
        return await startAndOpen(home, ports, deadline)
      } finally {
        release()
      }
    }
  }
  throw notStarted('did not start in time')
}

/** The caller is the only one that starts a vault. Rejects with VaultRefusal. */
async function startAndOpen(
  home: string,
  ports: VaultClientPorts,
  deadline: number
): Promise<VaultConnection> {
  let started: ChildProcess | null = null
  while (now() < deadline) {
    // The one that started before may be there by now.
    const connection = await tryOpen(home, ports)
    if (connection !== null) return connection
    if (started !== null && ((started.exitCode ?? 0) !== 0 || started.signalCode !== null)) {
      throw notStarted('did not start')
    }
    // 0: it found another vault in the home, which was about to open its socket, or about to end.
    if (started === null || started.exitCode === 0) {
      started = await startVault(ports.serveCommand(serveOptions))
    }
    await sleep(PAUSE_MS)
  }
  throw notStarted('did not start in time')
}

/**
 * Connects to the vault process that has the home open. Null: no vault runs, or this program may not ask it.
 */
export async function findVault(ports: VaultClientPorts): Promise<VaultConnection | null> {
  return await tryOpen(ports.home(), ports).catch(() => null)
}

function notStarted(what: string): VaultNotStarted {
  const message = `Latchkey ${what}. Run “latchkey serve” to see why.`
  return new VaultNotStarted({ code: 'BROKER_UNREACHABLE', message })
}

/** Null: no vault listens there. Rejects with VaultRefusal. */
async function tryOpen(home: string, ports: VaultClientPorts): Promise<VaultConnection | null> {
  const { path } = socketPlace(home)
  const identity = identityOf(home, ports.keyFile())
  if (path === null || identity === null) return null
  const deadline = now() + WELCOME_MS
  for (;;) {
    try {
      const connection = await VaultConnection.open(path, identity)
      return connection.followTo(() => openVault(ports)).whenLocked(() => ports.onLocked?.())
    } catch (error) {
      if (!(error instanceof VaultRefusal)) return noListener(error)
      // A vault that ends drops those that wait to be let in. Soon its socket is gone, too.
      if (!error.isNotBegun || now() >= deadline) throw error
      await sleep(PAUSE_MS)
    }
  }
}

/** The socket is not there, is a leftover, or was closed while the system had this program in its queue. */
const nobody = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET'])

/** Null, unless the system does not let this program connect. Throws VaultRefusal. */
function noListener(error: unknown): null {
  const { code } = error as NodeJS.ErrnoException
  if (code !== undefined && nobody.has(code)) return null
  throw new VaultRefusal({ code: 'BROKER_UNREACHABLE', message: unreachable(code) })
}

function unreachable(code: string | undefined): string {
  return code === 'EACCES' || code === 'EPERM'
    ? 'The system does not let this program reach Latchkey: a sandbox, or another user’s home. Nothing was started.'
    : 'Latchkey can’t be reached at its socket.'
}

/**
 * Starts a vault that outlives this program: in a session of its own, with no stream of ours, so that a caller
 * that waits for the end of our output does not wait for it, and with the few variables that it needs.
 */
async function startVault([program, ...args]: readonly [string, ...string[]]): Promise<ChildProcess> {
  const { spawn } = await import('node:child_process') // no command needs it where a vault runs
  const child = spawn(program, args, {
    detached: true,
    stdio: streamsOfVault(),
    windowsHide: true,
    cwd: '/',
    env: serveEnvironment(process.env)
  })
  child.on('error', () => undefined) // its exit code tells it
  child.unref()
  return child
}
