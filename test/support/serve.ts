import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { holdHome } from '../../src-main/home/hold-home.ts'
import { TERMINAL } from '../../src-socket/handshake.ts'
import { socketPlace, terminalKeyFile } from '../../src-socket/socket-path.ts'
import { VaultConnection } from '../../src-socket/vault-connection.ts'

export type Serve = {
  /** Kills it, as a power cut would. */
  readonly kill: () => Promise<void>
  /** Lets it close its vault. */
  readonly end: () => Promise<void>
}

/**
 * Starts a vault without windows in the environment of the test, such as its keychain, and waits until it answers. A
 * command that starts one passes on a few variables only.
 */
export async function startServe(home: string, env: Readonly<Record<string, string>> = {}): Promise<Serve> {
  const idle = { LATCHKEY_SERVE_IDLE_SECONDS: '60' }
  const child = spawn(process.execPath, ['bin/latchkey.mjs', 'serve'], {
    env: { ...process.env, LATCHKEY_HOME: home, ...idle, ...env },
    stdio: 'ignore'
  })
  const ended = once(child, 'exit')
  const pid = await pidOfAnswering(home, child)
  const endBy = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, signal)
    await ended
  }
  return { kill: () => endBy('SIGKILL'), end: () => endBy('SIGTERM') }
}

/**
 * Asks a vault without windows to give its home up, and waits until it is closed. Nothing happens if there is none, or
 * if the app has the home open.
 */
export async function endServe(home: string): Promise<void> {
  const vault = await connect(home).catch(() => null)
  if (vault === null) return
  try {
    const { holder } = (await vault.ask('status')) as Status
    if (holder !== 'serve') return
    await vault.ask('handOver')
  } catch {
    // it ends just now
  } finally {
    vault.destroy()
  }
  const release = await holdHome(home, 15_000)
  release?.()
}

type Status = { readonly holder: string; readonly pid: number }

async function connect(home: string): Promise<VaultConnection> {
  const secret = Buffer.from(readFileSync(terminalKeyFile(home), 'utf8').trim(), 'hex')
  return await VaultConnection.open(socketPlace(home).path ?? '', { client: TERMINAL, secret })
}

async function pidOfAnswering(home: string, child: ChildProcess): Promise<number> {
  while (child.exitCode === null) {
    try {
      const vault = await connect(home)
      const { pid } = (await vault.ask('status')) as Status
      vault.close()
      return pid
    } catch {
      await sleep(20) // it does not answer yet
    }
  }
  throw new Error('the vault did not start')
}
