import { type ChildProcess, spawn } from 'node:child_process'
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
  /** Program and arguments that start a vault without windows. */
  readonly serveCommand: () => readonly [string, ...string[]]
}

/** Longest time in milliseconds in which a vault that was started has to answer. */
const START_MS = 15_000
const PAUSE_MS = 25
/** Most tries to be let in by a vault that is about to end. */
const MOST_TRIES = 40
/** Shortest time in milliseconds until a second vault is started; it doubles, so that many clients do not start many. */
const AGAIN_MS = 2000

/**
 * Connects to the vault process of the home, and starts one if there is none. Rejects with VaultRefusal, whose
 * sentence says what to do.
 */
export async function openVault(ports: VaultClientPorts): Promise<VaultConnection> {
  const home = ports.home()
  const found = await tryOpen(home, ports)
  if (found !== null) return found
  let started = startVault(ports.serveCommand())
  const deadline = performance.now() + START_MS
  let pause = AGAIN_MS
  let again = performance.now() + pause
  while (performance.now() < deadline) {
    await sleep(PAUSE_MS)
    const connection = await tryOpen(home, ports)
    if (connection !== null) return connection
    // It found another vault in the home, which was about to open its socket, or about to end.
    if (started.exitCode === 0 && performance.now() >= again) {
      started = startVault(ports.serveCommand())
      again = performance.now() + (pause *= 2)
    } else if ((started.exitCode ?? 0) !== 0 || started.signalCode !== null) throw notStarted('did not start')
  }
  throw notStarted('did not start in time')
}

/**
 * Connects to the vault process that has the home open. Null: there is none, or this program may not ask it.
 */
export async function findVault(ports: VaultClientPorts): Promise<VaultConnection | null> {
  return await tryOpen(ports.home(), ports).catch(() => null)
}

function notStarted(what: string): VaultRefusal {
  const message = `Latchkey ${what}. Run “latchkey serve” to see why.`
  return new VaultRefusal({ code: 'BROKER_UNREACHABLE', message })
}

/** Null: no vault listens there. Rejects with VaultRefusal. */
async function tryOpen(home: string, ports: VaultClientPorts): Promise<VaultConnection | null> {
  const { path } = socketPlace(home)
  const identity = identityOf(home, ports.keyFile())
  if (path === null || identity === null) return null
  for (let tries = 1; ; tries += 1) {
    try {
      const connection = await VaultConnection.open(path, identity)
      return connection.followTo(() => openVault(ports))
    } catch (error) {
      // A vault that ends drops those that wait to be let in. Soon its socket is gone, too.
      if (error instanceof VaultRefusal && error.isNotBegun && tries < MOST_TRIES) await sleep(PAUSE_MS)
      else if (error instanceof VaultRefusal) throw error
      else return noListener(error)
    }
  }
}

/** Null, unless the system does not let this program connect. Throws VaultRefusal. */
function noListener(error: unknown): null {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return null
  throw new VaultRefusal({ code: 'BROKER_UNREACHABLE', message: unreachable(code) })
}

function unreachable(code: string | undefined): string {
  return code === 'EACCES' || code === 'EPERM'
    ? 'The system does not let this program reach Latchkey: a sandbox, or another user’s home. Nothing was started.'
    : 'Latchkey can not be reached at its socket.'
}

/**
 * Starts a vault that outlives this program: in a session of its own, with no stream of ours, so that a caller
 * that waits for the end of our output does not wait for it, and with the few variables that it needs.
 */
function startVault([program, ...args]: readonly [string, ...string[]]): ChildProcess {
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
