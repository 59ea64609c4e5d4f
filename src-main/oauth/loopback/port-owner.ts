import { readFile, readdir, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

/** A program that listens on a port of this computer. */
export type PortOwner = { readonly pid: number; readonly name: string }

const LISTENING = '0A'
const LONGEST_NAME = 40

/**
 * Who listens on this port, as Linux tells in `/proc`. Null where it does not tell: on other systems, and for programs
 * of other users. The name comes from outside and is cut to what a name can hold. Never throws.
 */
export async function portOwner(port: number): Promise<PortOwner | null> {
  const sockets = await listeningSockets(port)
  if (sockets.size === 0) return null
  const names = await readdir('/proc').catch(() => [])
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    if (await holdsOneOf(pid, sockets)) return { pid: Number(pid), name: await nameOf(pid) }
  }
  return null
}

/** Links of the sockets that listen on the port, `socket:[inode]`, of either protocol version. */
async function listeningSockets(port: number): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => ''))
  )
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = tables.flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
  const found = rows.filter(([, local, , state]) => local?.endsWith(ending) === true && state === LISTENING)
  return new Set(found.map((row) => `socket:[${row[9] ?? ''}]`))
}

async function holdsOneOf(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const files = await readdir(folder).catch(() => [])
  for (const file of files) {
    if (sockets.has(await readlink(`${folder}/${file}`).catch(() => ''))) return true
  }
  return false
}

/** The program's file, because a thread may have given the process another name. */
async function nameOf(pid: string): Promise<string> {
  const file = await readlink(`/proc/${pid}/exe`).catch(() => '')
  const name = file === '' ? await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '') : basename(file)
  return name.replace(/[^\w .+-]/g, '').slice(0, LONGEST_NAME) || 'a program'
}
