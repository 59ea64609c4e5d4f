import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { answerFrom } from '#shared/socket-requests.ts'
import { ask } from '../../client/ask.ts'
import type { Started } from '../../setup/hosts/codex-text.ts'
import { type HostName, isHostName } from '../../setup/hosts/host-names.ts'
import { membersOf, withMember } from '../../setup/hosts/jsonc-text.ts'
import { type RemoteServer, remoteServersIn } from '../../setup/hosts/remote-servers.ts'
import { applyPlan, readKept, removeNote, writeNote } from '../../setup/setup-files.ts'
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

/** A host whose servers are in a JSON file. */
type TokenFile = HostFile & { readonly outer: string }

/** Moves the tokens of remote MCP servers out of a host's configuration, and puts `latchkey mcp-proxy` in their place. */
export async function moveTokens(args: Arguments, ports: HostSetupPorts): Promise<number> {
  const file = await tokenFile(args, ports)
  const { name, outer, path, text, folder } = file
  const found = remoteServersIn(text ?? '', outer)
  if (found === null) throw notUnderstood(path)
  const moves = found.servers.map((server) => ({ server, started: proxyOf(file, server) }))
  const after = moves.reduce<string | null>(
    (now, { server, started }) => (now === null ? null : withMember(now, outer, server.name, { ...started })),
    text ?? ''
  )
  if (after === null) throw notUnderstood(path)
  const notes = found.others.map(
    (other) => `${shown(other)} has a secret of another form, which stays in the file.`
  )
  const moved =
    moves.length === 0 ? [] : ['A token that others could have read has to be exchanged at its server.']
  const lines = moves.flatMap(({ server, started }) => [
    `- ${shown(server.name)}: ${server.url} with a token in plain text`,
    `+ ${shown(server.name)}: ${shownCommand(started)}`
  ])
  showChange({ path, lines, notes: [...notes, ...moved] }, args, ports)
  if (args.has('dry-run') || moves.length === 0) return exitCodes.ok
  const vault = await ports.openVault()
  try {
    await keepTokens(found.servers, name, vault)
    mkdirSync(dirname(file.key), { recursive: true, mode: 0o700 })
    await pairHost(file, vault)
  } finally {
    vault.close()
  }
  applyPlan({ changes: [{ path, before: text, after }] })
  const rests = Object.fromEntries(found.servers.map((server) => [server.name, server.rest]))
  const kept = { servers: { ...keptServers(file), ...rests }, ...notedHost(file, file.start('mcp-proxy')) }
  writeNote(folder, noteOf(name), { changes: [], kept })
  return exitCodes.ok
}

/** Puts the servers back as they were, but for their tokens, which stay in Latchkey. */
export async function takeBackTokens(args: Arguments, ports: HostSetupPorts): Promise<number> {
  const file = await tokenFile(args, ports)
  const { name, outer, path, text, folder } = file
  const members = membersOf(text ?? '', outer)
  if (members === null) throw notUnderstood(path)
  const ours = Object.entries(keptServers(file)).filter(([server]) => isProxy(members.get(server)))
  const after = ours.reduce<string | null>(
    (now, [server, rest]) => (now === null ? null : withMember(now, outer, server, rest)),
    text ?? ''
  )
  if (after === null) throw notUnderstood(path)
  const notes = ours.map(
    ([server]) => `The token of ${shown(server)} stays in Latchkey; “latchkey token” gives it to you.`
  )
  showChange(
    { path, lines: ours.map(([server]) => `+ ${shown(server)}: as it was, without its token`), notes },
    args,
    ports
  )
  if (args.has('dry-run')) return exitCodes.ok
  if (text !== null) applyPlan({ changes: [{ path, before: text, after }] })
  removeNote(folder, noteOf(name))
  if (isPairingUsed(file, after)) return exitCodes.ok
  const vault = await ports.openVault()
  try {
    await unpairHost(file, vault)
  } finally {
    vault.close()
  }
  return exitCodes.ok
}

async function tokenFile(args: Arguments, ports: HostSetupPorts): Promise<TokenFile> {
  const [, name = ''] = args.positionals
  if (!isHostName(name)) throw new UsageError('mcp-host takes claude-code, claude-desktop, cursor or vscode.')
  const file = await hostFile(name, ports)
  const { outer } = file.host
  if (outer === null) throw new UsageError('Codex keeps tokens in variables, and none in its file.')
  return { ...file, outer }
}

const noteOf = (name: HostName): string => `mcp-host-${name}`

/** The name of a server, which a host may have taken from anywhere. */
const shown = (name: string): string => (/^[\w. -]{1,60}$/.test(name) ? name : 'a server')

/** Where a token is kept: by the host that it is sent to, and by the server's name in this configuration. */
const placeOf = ({ host, name }: RemoteServer, of: HostName) => ({
  service: host.toLowerCase().replaceAll(/[^a-z0-9._-]/g, '-'),
  account: `${name} (${of})`
})

function proxyOf(file: TokenFile, server: RemoteServer): Started {
  const { service, account } = placeOf(server, file.name)
  return file.start('mcp-proxy', server.url, '--service', service, '--account', account)
}

function isProxy(entry: unknown): boolean {
  const { args } = (entry ?? {}) as { readonly args?: unknown }
  return Array.isArray(args) && args.includes('mcp-proxy')
}

function keptServers({ folder, name }: HostFile): Readonly<Record<string, object>> {
  const { servers } = (readKept(folder, noteOf(name)) ?? {}) as { readonly servers?: unknown }
  return typeof servers === 'object' && servers !== null ? (servers as Record<string, object>) : {}
}

/** Stores every token, or none of them. Rejects with UsageError before anything is stored. */
async function keepTokens(
  servers: readonly RemoteServer[],
  of: HostName,
  vault: VaultConnection
): Promise<void> {
  const entries = servers.map((server) => ({
    ...placeOf(server, of),
    key: server.token,
    allowedHosts: [server.host]
  }))
  const answer = await vault.stream('previewText', [], { body: once(JSON.stringify(entries)) })
  const preview = answerFrom('previewText', answer.value)
  const rows = preview.kind === 'rows' ? preview.rows : []
  if (rows.length < servers.length || rows.some(({ state }) => state === 'refused' || state === 'replaces')) {
    await ask(vault, 'cancelImport', [preview.id])
    throw new UsageError(
      'A token can’t be kept: another one is kept for that server already, or its name can’t be shown. Nothing was changed.'
    )
  }
  const report = await ask(vault, 'runImport', [
    { id: preview.id, rows: rows.map(({ index }) => index), replace: false, removePlaintext: false }
  ])
  if (report.rows.some(({ result }) => result === 'failed')) {
    throw new UsageError('A token could not be stored, so the file was not changed. Run it again.')
  }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
