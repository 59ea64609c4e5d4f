import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { pairProgram } from '../../client/pair-program.ts'
import { type AgentHost, agentHosts } from '../../setup/hosts/agent-hosts.ts'
import type { Started } from '../../setup/hosts/codex-text.ts'
import type { HostName } from '../../setup/hosts/host-names.ts'
import { setupWorld } from '../../setup/setup-files.ts'
import { type SetupWorld, shownPath } from '../../setup/setup-plan.ts'
import { type Arguments, type Terminal, UsageError } from '../../terminal/command.ts'

export type HostSetupPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
  /** Path of the home. */
  readonly homeFolder: () => Promise<string>
  readonly programsFolder: () => string
}

/** The configuration of a host of agents on this computer, and what Latchkey puts into it. */
export type HostFile = {
  readonly name: HostName
  readonly host: AgentHost
  readonly path: string
  /** Null: it is not there. */
  readonly text: string | null
  /** Folder of the home. */
  readonly folder: string
  /** Where the key of the host is, with which it asks under its own name. */
  readonly key: string
  /** How the host starts a command of Latchkey. */
  readonly start: (...args: readonly string[]) => Started
}

export async function hostFile(name: HostName, ports: HostSetupPorts): Promise<HostFile> {
  const world = setupWorld(ports.programsFolder(), process.env)
  const host = agentHosts[name]
  const path = host.file({ ...world, platform: process.platform })
  const folder = await ports.homeFolder()
  const key = join(folder, 'setup', `${name}.key`)
  const text = world.read(path)
  return { name, host, path, text, folder, key, start: (...args) => startOf(world, key, args) }
}

/** Absolute paths: hosts start their servers with a small PATH, and with few variables. */
function startOf({ environment, program }: SetupWorld, key: string, args: readonly string[]): Started {
  const passed = ['LATCHKEY_HOME', 'LATCHKEY_STORE'].flatMap((name): [string, string][] => {
    const value = environment[name] ?? ''
    return value === '' ? [] : [[name, value]]
  })
  return {
    command: process.execPath,
    args: [program('latchkey').path, ...args],
    env: { ...Object.fromEntries(passed), LATCHKEY_CLIENT_KEY: key }
  }
}

/** What the doctor has to know of a host that was set up: its file, and what it starts. */
export const notedHost = ({ path }: HostFile, { args: [program = ''], command }: Started) => ({
  host: { path, command, program }
})

/** The error for a file that is not changed, because it is not understood. */
export const notUnderstood = (path: string): UsageError =>
  new UsageError(`${shownPath(path)} is written in a way that Latchkey does not change. Change it by hand.`)

/** Pairs the host under its name, if it is not yet. Rejects with UsageError for a name that another program has. */
export async function pairHost({ name, key }: HostFile, vault: VaultConnection): Promise<void> {
  const isKnown = (await ask(vault, 'listClients', [])).some((client) => client.name === name)
  if (isKnown && existsSync(key)) return
  if (isKnown) {
    throw new UsageError(
      `A program is paired as ${name} already, and its key is elsewhere. End that with “latchkey pair --remove ${name}”, then run this again.`
    )
  }
  rmSync(key, { force: true })
  await pairProgram(vault, name, key)
}

/** Ends the access of the host. */
export async function unpairHost({ name, key }: HostFile, vault: VaultConnection): Promise<void> {
  if (!existsSync(key)) return
  const isKnown = (await ask(vault, 'listClients', [])).some((client) => client.name === name)
  if (isKnown) await ask(vault, 'removeClient', [name])
  rmSync(key)
}

/** True if something in the configuration still asks under the name of the host. */
export const isPairingUsed = ({ key }: HostFile, text: string | null): boolean =>
  text?.includes(JSON.stringify(key).slice(1, -1)) ?? false

/** What is changed in a file. The other lines of it may hold secrets and are not shown. */
export type ShownChange = {
  readonly path: string
  readonly lines: readonly string[]
  readonly notes: readonly string[]
}

export function showChange(
  { path, lines, notes }: ShownChange,
  args: Arguments,
  { write }: Pick<Terminal, 'write'>
): void {
  if (args.has('json'))
    return write(args.json({ changes: lines.length === 0 ? [] : [{ path, lines }], notes }))
  write(lines.length === 0 ? 'Nothing has to be changed.\n' : `${[shownPath(path), ...lines].join('\n')}\n`)
  for (const note of notes) write(`Note: ${note}\n`)
}

/** A command as it is shown, with its words apart. */
export const shownCommand = ({ command, args }: Started): string =>
  [command, ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')
