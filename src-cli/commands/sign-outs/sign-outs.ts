import type { AnswerOf } from '#shared/socket-requests.ts'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import type { HomeAnswers, ReachHomePorts } from '../../client/reach-home.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'

type Note = AnswerOf<'listSignOuts'>[number]
export type SignOutsCommandPorts = Pick<Terminal, 'write'> & ReachHomePorts

export const signOutsCommand: Command<SignOutsCommandPorts> = {
  run: async (args, { reachHome, write }) => {
    const numbers = numbersOf(args)
    const shown = (notes: readonly Note[], text: string): string =>
      args.has('json') ? args.json(notes.map(viewOf)) : text
    const home = await reachHome('start')
    try {
      if (numbers !== null) {
        const done = await takeOff(home, numbers)
        write(shown(done, done.map((note) => `Off the list: ${titleOf(note)}\n`).join('')))
        return exitCodes.ok
      }
      const listed = await ask(home, 'listSignOuts', [])
      write(shown(listed, textOf(listed)))
      return listed.length === 0 ? exitCodes.ok : exitCodes.warnings
    } finally {
      home.close()
    }
  }
}

/** Returns the notes that are off the list now. Throws INVALID_REQUEST if one of them was not on it. */
async function takeOff(home: HomeAnswers, numbers: string[]): Promise<readonly Note[]> {
  const done = await ask(home, 'forgetSignOuts', [numbers])
  if (done !== null) return done
  throw new VaultRefusal({
    code: 'INVALID_REQUEST',
    message:
      'There is no sign-out with this number. “latchkey sign-outs” shows the numbers. Nothing was changed.'
  })
}

const viewOf = ({ id, name, account, host, page, at }: Note) => ({ id, name, account, host, page, at })

function textOf(notes: readonly Note[]): string {
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
function titleOf({ name, account, host, at }: Note): string {
  const minute = at.slice(0, 16).replace('T', ' ')
  return `${name}, ${account} · ${host} · signed out ${minute} UTC`
}

/** Returns the numbers to take off the list. Null: the list is only shown. Throws UsageError. */
function numbersOf({ has, positionals }: Arguments): string[] | null {
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
