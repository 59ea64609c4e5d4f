import { parseArgs } from 'node:util'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

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
  /** Gives what they were. Throws also INVALID_REQUEST for a number that is not listed, and while the app is open. */
  readonly forgetSignOuts: (ids: readonly string[]) => Promise<readonly NotedSignOut[]>
}

const usage = `latchkey sign-outs [--json]
       latchkey sign-outs --done [--json] NUMBER…

  Lists the sign-outs that a provider did not confirm, so that the access may go on there, each with its number
  and the provider’s page where one is known.

  --done     the access is ended, or you do not want to hear of it: take these off the list
  --json     the same as JSON; with --done, what was taken off

  Exit code: 0 nothing is listed, or it was taken off, 1 something is listed.
`

export const signOutsCommand: Command<SignOutsCommandPorts> = {
  usage,
  run: async (args, ports) => {
    const wish = wishOf(args)
    if (wish === null) return null
    if (wish.done !== null) {
      const done = await ports.forgetSignOuts(wish.done)
      ports.write(wish.json ? jsonOf(done) : done.map((note) => `Off the list: ${titleOf(note)}\n`).join(''))
      return exitCodes.ok
    }
    const listed = await ports.viewSignOuts()
    ports.write(wish.json ? jsonOf(listed) : textOf(listed))
    return listed.length === 0 ? exitCodes.ok : exitCodes.warnings
  }
}

function jsonOf(notes: readonly NotedSignOut[]): string {
  return `${JSON.stringify(notes, null, 2)}\n`
}

function textOf(notes: readonly NotedSignOut[]): string {
  if (notes.length === 0) return 'No sign-out is listed that a provider did not confirm.\n'
  const width = Math.max(...notes.map(({ id }) => id.length))
  const lines = notes.flatMap((note) => [
    `${note.id.padStart(width)}  ${titleOf(note)}`,
    `${' '.repeat(width + 2)}→ ${note.page ?? 'no page is known; look there for connected applications'}`
  ])
  const next = 'End the access at the provider, then say so: latchkey sign-outs --done NUMBER'
  return `${[...lines, '', next].join('\n')}\n`
}

/** The minute too: the same account may have been signed out of twice on one day. */
function titleOf({ name, account, host, at }: NotedSignOut): string {
  const minute = at.toISOString().slice(0, 16).replace('T', ' ')
  return `${name}, ${account} · ${host} · signed out ${minute} UTC`
}

/** `done` null: only list them. */
type Wish = { readonly done: readonly string[] | null; readonly json: boolean }

function wishOf(args: readonly string[]): Wish | null {
  try {
    const flag = { type: 'boolean', default: false } as const
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { done: flag, json: flag },
      allowPositionals: true
    })
    if (values.done !== positionals.length > 0 || !positionals.every(isNumber)) return null
    return { done: values.done ? [...new Set(positionals)] : null, json: values.json }
  } catch {
    return null
  }
}

function isNumber(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text)
}
