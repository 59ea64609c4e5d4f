import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { TERMINAL } from '../../src-socket/handshake.ts'
import { socketPlace, terminalKeyFile } from '../../src-socket/socket-path.ts'
import { VaultConnection } from '../../src-socket/vault-connection.ts'

/** What a vault says of itself; pid: its process. */
export type VaultStatus = { readonly version: string; readonly holder: string; readonly pid: number }

/** Ids of the living vault processes of a home, by what the system says of each process. */
export function vaultsOf(home: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isVault(pid, home))
}

function isVault(pid: number, home: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return args.includes('serve') && environmentOf(pid)['LATCHKEY_HOME'] === home
  } catch {
    return false // it has ended meanwhile
  }
}

/** The environment with which a process was started. Throws the system's error. */
export function environmentOf(pid: number): Record<string, string> {
  const rows = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean)
  return Object.fromEntries(
    rows.map((row) => [row.slice(0, row.indexOf('=')), row.slice(row.indexOf('=') + 1)])
  )
}

/** Connects to the vault of a home as the person's terminal. */
export async function connectTo(home: string): Promise<VaultConnection> {
  const { path } = socketPlace(home)
  const secret = Buffer.from(readFileSync(terminalKeyFile(home), 'utf8').trim(), 'hex')
  return await VaultConnection.open(path ?? '', { client: TERMINAL, secret })
}

/** Asks the vault of a home what it is. */
export async function statusOf(home: string): Promise<VaultStatus> {
  const connection = await connectTo(home)
  try {
    return (await connection.ask('status')) as VaultStatus
  } finally {
    connection.close()
  }
}

/** True while a process runs; a process that has ended and waits for its parent does not. */
export function isRunning(pid: number): boolean {
  try {
    const state = /\) ([A-Z]) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
    return state !== undefined && state !== 'Z' && state !== 'X'
  } catch {
    return false
  }
}

/** Kills every vault process of a home and waits until they are gone. */
export async function endVaults(home: string): Promise<void> {
  for (const pid of vaultsOf(home)) process.kill(pid, 'SIGKILL')
  await expect.poll(() => vaultsOf(home)).toEqual([])
}
