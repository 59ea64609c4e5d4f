import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'

type NotedSignOut = {
  readonly id: string
  readonly name: string
  readonly account: string
  readonly host: string
  readonly page: string | null
  readonly at: Date
}
export type SignOutsCommandPorts = Terminal & {
  /** Newest first. Throws VaultError CONFIG_INVALID, CREDENTIAL_UNREADABLE. */
  readonly viewSignOuts: () => Promise<readonly NotedSignOut[]>
  /**
   * Returns the removed notes. Also throws INVALID_REQUEST for a number that is not listed, and while the app
   * is open.
   */
  readonly forgetSignOuts: (ids: readonly string[]) => Promise<readonly NotedSignOut[]>
}

export const signOutsCommand: Command<SignOutsCommandPorts> = {
  run: async (args, ports) => {
    const numbers = numbersOf(args)
    const isJson = args.has('json')
    if (numbers !== null) {
      const done = await ports.forgetSignOuts(numbers)
      ports.write(isJson ? jsonOf(done) : done.map((note) => `Off the list: ${titleOf(note)}\n`).join(''))
      return exitCodes.ok
    }
    const listed = await ports.viewSignOuts()
    ports.write(isJson ? jsonOf(listed) : textOf(listed))
    return listed.length === 0 ? exitCodes.ok : exitCodes.warnings
  }
}

function jsonOf(notes: readonly NotedSignOut[]): string {
  return `${JSON.stringify(notes, null, 2)}\n`
}

function textOf(notes: readonly NotedSignOut[]): string {
  if (notes.length === 0) return 'The list of unconfirmed sign-outs is empty.\n'
  const width = Math.max(...notes.map(({ id }) => id.length))
  const lines = notes.flatMap((note) => [
    `${note.id.padStart(width)}  ${titleOf(note)}`,
    `${' '.repeat(width + 2)}→ ${note.page ?? 'no page is known; look there for connected applications'}`
  ])
  const next = 'End the access at the provider, then say so: latchkey sign-outs --done NUMBER'
  return `${[...lines, '', next].join('\n')}\n`
}

/** The title has the minute, too, because one account may be signed out of twice on one day. */
function titleOf({ name, account, host, at }: NotedSignOut): string {
  const minute = at.toISOString().slice(0, 16).replace('T', ' ')
  return `${name}, ${account} · ${host} · signed out ${minute} UTC`
}

/** Returns the numbers to take off the list. Null: the list is only shown. Throws UsageError. */
function numbersOf({ has, positionals }: Arguments): readonly string[] | null {
  if (!has('done')) {
    if (positionals.length > 0) throw new UsageError('A NUMBER goes with --done.')
    return null
  }
  if (positionals.length === 0) throw new UsageError('NUMBER is missing.')
  if (!positionals.every(isNumber)) throw new UsageError('NUMBER must be a number in the list.')
  return [...new Set(positionals)]
}

function isNumber(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text)
}
