import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { HostName } from '../../setup/hosts/host-names.ts'
import { applyPlan, readKept, removeNote, writeNote } from '../../setup/setup-files.ts'
import { shownPath } from '../../setup/setup-plan.ts'
import { type Arguments, exitCodes, UsageError } from '../../terminal/command.ts'
import {
  type HostFile,
  hostFile,
  type HostSetupPorts,
  isPairingUsed,
  notedHost,
  notUnderstood,
  pairHost,
  showChange,
  shownCommand,
  unpairHost
} from './host-file.ts'

/** The name of our server in every host. */
const SERVER = 'latchkey'

/** Adds `latchkey mcp` to the servers of a host, which asks under a name of its own from then on. */
export async function setUpHost(name: HostName, args: Arguments, ports: HostSetupPorts): Promise<number> {
  const file = await hostFile(name, ports)
  const { host, path, text, folder } = file
  requireOwn(file)
  const started = file.start('mcp')
  const after = host.withServer(text ?? '', SERVER, started)
  if (after === null) throw notUnderstood(path)
  const isNew = after !== text
  const lines = isNew ? [`+ ${SERVER}: ${shownCommand(started)}`] : []
  showChange({ path, lines, notes: isNew && host.note !== null ? [host.note] : [] }, args, ports)
  if (args.has('dry-run')) return exitCodes.ok
  const vault = await ports.openVault()
  try {
    mkdirSync(dirname(file.key), { recursive: true, mode: 0o700 })
    await pairHost(file, vault)
  } finally {
    vault.close()
  }
  applyPlan({ changes: [{ path, before: text, after }] })
  // The lines of a host are not noted: its file has values of other servers.
  writeNote(folder, name, {
    changes: [],
    kept: { isMade: text === null || isMade(file), ...notedHost(file, started) }
  })
  return exitCodes.ok
}

/** Takes our server out of a host, and the name that it asked under. */
export async function takeBackHost(name: HostName, args: Arguments, ports: HostSetupPorts): Promise<number> {
  const file = await hostFile(name, ports)
  const { host, path, text, folder } = file
  requireOwn(file)
  const without = text === null ? null : host.withoutServer(text, SERVER)
  if (text !== null && without === null) throw notUnderstood(path)
  // A file that the setup made, and in which nothing else is, goes.
  const after = isMade(file) && /^[\s{}]*$/.test(without ?? '') ? null : without
  showChange({ path, lines: after === text ? [] : [`- ${SERVER}`], notes: [] }, args, ports)
  if (args.has('dry-run')) return exitCodes.ok
  applyPlan({ changes: [{ path, before: text, after }] })
  removeNote(folder, name)
  if (isPairingUsed(file, after)) return exitCodes.ok
  const vault = await ports.openVault()
  try {
    await unpairHost(file, vault)
  } finally {
    vault.close()
  }
  return exitCodes.ok
}

/** Throws UsageError where the host has another server under our name. */
function requireOwn({ host, path, text }: HostFile): void {
  const said = host.serverIn(text ?? '', SERVER)
  if (said === null) throw notUnderstood(path)
  if (said === '' || said.includes('latchkey.mjs')) return
  throw new UsageError(`${shownPath(path)} has another server under the name ${SERVER}. Rename it first.`)
}

function isMade({ folder, name }: HostFile): boolean {
  const kept = (readKept(folder, name) ?? {}) as { readonly isMade?: unknown }
  return kept.isMade === true
}
