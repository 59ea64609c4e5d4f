import { readFile, readdir, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { VaultError } from '#shared/problem.ts'

/** A program that listens on a port of this computer. */
export type PortOwner = { readonly pid: number; readonly name: string }

const LISTENING = '0A'
const LONGEST_NAME = 40

/**
 * Returns the program that listens on this port, from `/proc` of Linux. Null: unknown, as on other systems
 * and for programs of other users. The name comes from outside and is reduced to safe characters and a
 * limited length. Never throws.
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

/** Name of the program's file, because a thread may have given the process another name. */
async function nameOf(pid: string): Promise<string> {
  const file = await readlink(`/proc/${pid}/exe`).catch(() => '')
  const name = file === '' ? await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '') : basename(file)
  return name.replace(/[^\w .+-]/g, '').slice(0, LONGEST_NAME) || 'a program'
}

/** The error for a redirect URI that can not be opened: names the ports and, if known, their programs. */
export async function busyPorts(ports: readonly number[]): Promise<VaultError> {
  if (ports.length === 0)
    return new VaultError('PORT_BUSY', { message: 'No local port could be opened. Try again.' })
  const sentences = await Promise.all(ports.map(async (port) => sentence(port, await portOwner(port))))
  const [before, after] =
    ports.length === 1
      ? ['The provider sends people back to one port of this computer, which is in use.', 'Free it']
      : [
          'The provider sends people back to certain ports of this computer, which are all in use.',
          'Free one'
        ]
  return new VaultError('PORT_BUSY', {
    message: `${before} ${sentences.join(' ')} ${after}, then try again.`
  })
}

function sentence(port: number, owner: PortOwner | null): string {
  if (owner === null) return `Port ${String(port)} belongs to another program.`
  if (owner.pid === process.pid) return `Port ${String(port)} belongs to another sign-in that is open.`
  return `Port ${String(port)} belongs to “${owner.name}” (process ${String(owner.pid)}).`
}
