import { gitHost } from './git.ts'
import type { Helper } from './helper.ts'
import type { HelperVault } from './helper-vault.ts'

/**
 * What git starts by GIT_ASKPASS, or SSH_ASKPASS: its only argument is a prompt, and the first line of the output is the
 * answer. Only git's own two prompts for an https address are answered; 1: git, or ssh, asks elsewhere.
 */
export const askpassHelper: Helper = async ({ args: [prompt = ''], write, writeError }, vault) => {
  const asked = questionIn(prompt)
  if (asked === null) return 1
  const { host, user } = asked
  // A user name is no reason to be given the value, too.
  const known = asked.wants === 'user' ? await userAt(host, vault) : null
  if (known !== null) return answered(known, write)
  const answer = await vault.credential({ helper: 'git', host, user })
  if (answer.kind === 'refused') writeError(`latchkey: ${answer.sentence}\n`)
  if (answer.kind !== 'given') return 1
  return answered(asked.wants === 'user' ? answer.credential.user : answer.credential.value, write)
}

type Question = { readonly wants: 'user' | 'password'; readonly host: string; readonly user: string | null }

/** Null: it is another prompt. */
function questionIn(prompt: string): Question | null {
  const [, what, address = ''] = /^(Username|Password) for '(https:\/\/[^'\s]+)': ?$/.exec(prompt) ?? []
  if (what === undefined || !URL.canParse(address)) return null
  // As git writes it: the host stands after the last @ before the path.
  const [, named, written = ''] = /^https:\/\/(?:([^/]*)@)?([^/@]+)(?:\/|$)/.exec(address) ?? []
  const host = gitHost(written)
  if (host === null) return null
  return { wants: what === 'Username' ? 'user' : 'password', host, user: named ?? null }
}

/** The user name of every account that is allowed there. Null: there are none, or several. */
async function userAt(host: string, vault: HelperVault): Promise<string | null> {
  const users = new Set(
    (await vault.list('git')).filter((each) => each.host === host).map(({ user }) => user)
  )
  const [user = null] = users
  return users.size === 1 ? user : null
}

function answered(text: string, write: (text: string) => void): number {
  if (/[\n\0]/.test(text)) return 1
  write(`${text}\n`)
  return 0
}
