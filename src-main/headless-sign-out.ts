import { VaultError } from '#shared/problem.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { type Config, readConfig } from './config.ts'
import { signOut, type SignOutResult } from './core/sign-in/sign-out.ts'
import { commandClock, openClosedHome } from './headless-home.ts'
import { createOAuthClient } from './oauth/oauth-client.ts'

/** Ends without a window. `close` ends the keychain helper and the catalog. */
export type HeadlessEnds = {
  /** Throws UNKNOWN_SERVICE if there is no such entry. */
  readonly signOut: (ref: CredentialRef) => Promise<SignOutResult>
  /** Removes here and asks nobody. Throws as above. */
  readonly forget: (ref: CredentialRef) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens the home of the settings for one end. Throws CONFIG_INVALID, and INVALID_REQUEST while Latchkey is open on it. */
export async function openHeadlessEnds(config: Config = readConfig()): Promise<HeadlessEnds> {
  const { repository, signOuts, tokens } = await openClosedHome(
    config,
    'Latchkey is open. Sign out in its window, or quit it and run this again.'
  )
  const oauth = createOAuthClient({
    fetch: (url, init) => fetch(url, init),
    now: () => commandClock.now(),
    allowLoopbackHttp: config.insecureLoopbackIssuers
  })
  const requireEntry = (ref: CredentialRef): void => {
    if (repository.find(ref) !== null) return
    throw new VaultError('UNKNOWN_SERVICE', { message: 'There is no entry with this service and account.' })
  }
  return {
    signOut: async (ref) => {
      requireEntry(ref)
      return await signOut(
        { clock: commandClock, oauth, repository, signOuts, tokens, onRemoved: () => undefined },
        ref
      )
    },
    forget: async (ref) => {
      requireEntry(ref)
      await tokens.exclusively(ref, () => repository.remove(ref))
    },
    close: () => repository.close()
  }
}
