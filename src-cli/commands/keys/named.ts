import type { NamedGroup, NamedValue, NamedView } from '#shared/broker/named.ts'
import { VaultRefusal, type VaultConnection } from '../../../src-socket/vault-connection.ts'
import { confirmed } from '../../client/confirm.ts'
import { WAITING } from '../../client/permitted.ts'
import { type Arguments, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { tableLines } from '../../terminal/table.ts'

export type NamedPorts = Terminal & {
  readonly openVault: () => Promise<VaultConnection>
  readonly isReadOnly: () => Promise<boolean>
  readonly readBytes: () => AsyncIterable<Uint8Array>
}

/** One command for named secrets, while it runs. */
export type NamedRun = {
  readonly vault: VaultConnection
  readonly group: NamedGroup
  /** What a secret of the group is called: “key”. */
  readonly word: string
  readonly args: Arguments
  readonly ports: NamedPorts
}

/** Everything of the group. */
export const listed = async ({ vault, group }: NamedRun): Promise<readonly NamedView[]> =>
  (await vault.ask('listNamed', group)) as readonly NamedView[]

export async function list(run: NamedRun): Promise<number> {
  const { args, ports, word } = run
  const rows = await listed(run)
  if (args.has('json')) ports.write(args.json(rows))
  else ports.write(rows.length === 0 ? `There is no ${word} yet.\n` : linesOf(rows))
  return exitCodes.ok
}

/** Shows one secret, masked. */
export async function show(run: NamedRun, name: string): Promise<number> {
  const { args, ports } = run
  const row = (await listed(run)).find((each) => each.name === name && each.kind !== 'none')
  if (row === undefined) throw missing(run)
  ports.write(args.has('json') ? args.json(row) : linesOf([row]))
  return exitCodes.ok
}

/** Keeps what `value` gives, which is asked for once it is clear that it may be kept. */
export async function save(
  run: NamedRun,
  name: string,
  value: () => Promise<NamedValue | null>
): Promise<number> {
  const { args, group, ports, vault, word } = run
  const isThere = (await listed(run)).some((row) => row.name === name && row.kind === 'secret')
  if (isThere && !(await agreed(run, `Replace the ${word} that is stored under this name?`)))
    return refused(ports)
  const given = await value()
  if (given === null) throw new UsageError('No value was given. Nothing was changed.')
  await vault.stream('setNamed', [{ group, name, value: given, replace: isThere }], noticing(ports))
  if (args.has('json')) ports.write(args.json((await listed(run)).find((row) => row.name === name) ?? null))
  else ports.write(`${name} is ${isThere ? 'replaced' : 'kept'}.\n`)
  if (args.has('unsafe-argv')) ports.writeError(IN_ARGUMENTS)
  return exitCodes.ok
}

export async function remove(run: NamedRun, name: string): Promise<number> {
  const { args, group, ports, vault, word } = run
  const row = (await listed(run)).find((each) => each.name === name && each.kind !== 'none')
  if (row === undefined) throw missing(run)
  if (!(await agreed(run, `Delete this ${word}? It can’t be brought back.`))) return refused(ports)
  await vault.stream('deleteNamed', [{ group, name }], noticing(ports))
  ports.write(args.has('json') ? args.json(row) : `${name} is deleted.\n`)
  return exitCodes.ok
}

/** The error for a name under which nothing is kept. */
export function missing({ group, word }: Pick<NamedRun, 'group' | 'word'>): VaultRefusal {
  const message = `There is no ${word} of that name. “latchkey ${group.view} list” shows the names.`
  return new VaultRefusal({ code: 'UNKNOWN_SERVICE', message })
}

/** True if the person agrees; while the app is open, its window asks in place of the terminal. */
async function agreed({ args, ports, vault }: NamedRun, question: string): Promise<boolean> {
  if (args.has('yes')) return true
  const { holder } = (await vault.ask('status')) as { readonly holder: string }
  return holder === 'app' || (await confirmed(question, ports.writeError))
}

function refused({ writeError }: Pick<NamedPorts, 'writeError'>): number {
  writeError('latchkey: Nothing was changed.\n')
  return exitCodes.denied
}

const noticing = ({ writeError }: Pick<NamedPorts, 'writeError'>) => ({ onNotice: () => writeError(WAITING) })

function linesOf(rows: readonly NamedView[]): string {
  const cells = rows.map(({ name, kind, masked, hosts, path }) => [
    name,
    masked ?? { file: 'key file', plain: 'in .env', none: '—', secret: '' }[kind],
    path ?? hosts.join(', ')
  ])
  return `${tableLines(cells).join('\n')}\n`
}

export const IN_ARGUMENTS =
  'latchkey: The value stood in the arguments: other programs could see it, and the history of the shell keeps it.\n'
