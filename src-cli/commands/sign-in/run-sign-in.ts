import type { TerminalSignIn } from '#shared/broker/sign-in-requests.ts'
import type { OtherAccount } from '#shared/other-account.ts'
import { unpack } from '#shared/packed-list.ts'
import type { AnswerOf } from '#shared/socket-requests.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { openPage } from '../../client/open-page.ts'
import { terminalAsker } from '../../client/terminal-asker.ts'
import type { Terminal } from '../../terminal/command.ts'
import { untilInterrupted } from '../../terminal/until-interrupted.ts'
import type { Known } from './sign-in-order.ts'
import { linesOf, signInNotice } from './sign-in-told.ts'

export type SignInCommandPorts = Terminal & { readonly openVault: () => Promise<VaultConnection> }

/** The entry that a sign-in brought. */
export type SignedIn = AnswerOf<'signIn'>

/** What the vault knows that a sign-in can be about. */
export async function knownTo(vault: VaultConnection): Promise<Pick<Known, 'credentials' | 'providers'>> {
  const { providers } = await ask(vault, 'getSnapshot', [])
  const { credentials } = await ask(vault, 'listCredentials', [])
  return { providers, credentials: unpack(credentials) }
}

/** Runs the sign-in and says how it goes. Ctrl-C cancels it at the vault, which frees its port. */
export async function signedIn(
  vault: VaultConnection,
  wish: TerminalSignIn,
  ports: SignInCommandPorts
): Promise<SignedIn> {
  const opens = wish.kind === 'page' && wish.hasBrowser
  return await untilInterrupted(async (stop) => {
    stop.addEventListener('abort', () => vault.destroy(), { once: true })
    const onNotice = (notice: unknown): void => {
      const told = signInNotice(notice)
      if (told === null) return
      ports.writeError(linesOf(told, opens))
      const { attempt, device, state } = told.progress
      if (told.url !== null && device === null && opens) openPage(told.url)
      if (state.kind === 'other-account') void answered(attempt, state, vault, ports)
    }
    return await ask(vault, 'signIn', [wish], { onNotice })
  })
}

/**
 * Asks what to do when another person than before has signed in. The connection of the sign-in waits for the answer, so
 * the answer is sent over a second connection. Without a terminal the sign-in is cancelled.
 */
async function answered(
  attempt: string,
  { expected, found }: OtherAccount,
  vault: VaultConnection,
  ports: SignInCommandPorts
): Promise<void> {
  const asker = await terminalAsker(ports.writeError)
  ports.writeError(`${found ?? 'Somebody else'} has signed in, and this entry is of ${expected}.\n`)
  const typed =
    asker === null ? null : await asker('[r]eplace it, [a]dd another entry? Anything else cancels: ')
  asker?.close()
  const letter = typed?.trim().toLowerCase()
  const answer = letter === 'r' ? 'replace' : letter === 'a' ? 'add' : null
  if (answer === null) return await vault.cancel()
  const other = await ports.openVault()
  try {
    await ask(other, 'answerSignIn', [{ attempt, answer }])
  } catch {
    await vault.cancel() // the sign-in has ended meanwhile, and says so itself
  } finally {
    other.close()
  }
}

/** What the person reads of a sign-in that has ended well. */
export function signedInText({ account, name, service }: SignedIn): string {
  return `Signed in to ${name} as ${account}. Its name in commands is ${service}.\n`
}

/** Names the scopes that were asked for and not granted; empty: all were. */
export function notGrantedText({ missingScopes }: SignedIn): string {
  return missingScopes.length === 0 ? '' : `Not granted: ${missingScopes.join(', ')}\n`
}
