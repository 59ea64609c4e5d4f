import { rulesInForce } from '../../client/account-rules.ts'
import { hasBrowser } from '../../client/open-page.ts'
import { storeLockOf } from '../../client/store-lock.ts'
import { type Arguments, type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { unlockFirst } from '../../terminal/lockable.ts'
import {
  knownTo,
  notGrantedText,
  signedIn,
  signedInText,
  type SignedIn,
  type SignInCommandPorts
} from './run-sign-in.ts'
import { signInOrder } from './sign-in-order.ts'
import { type SignInWay, withSecrets } from './sign-in-secrets.ts'

export const signInCommand: Command<SignInCommandPorts> = {
  run: async (args, ports) => {
    const vault = await ports.openVault()
    try {
      await unlockFirst(storeLockOf(vault), ports)
      const rules = await rulesInForce(vault)
      const chosen = (service: string): string | null =>
        rules.find((rule) => rule.service === service)?.account ?? null
      const order = signInOrder(wordsOf(args), { ...(await knownTo(vault)), chosen })
      const wish = await withSecrets(order, wayOf(args), ports)
      if (wish === null) return givenUp(ports)
      const entry = await signedIn(vault, wish, ports)
      ports.write(args.has('json') ? args.json(shown(entry)) : signedInText(entry))
      ports.writeError(notGrantedText(entry))
      return exitCodes.ok
    } finally {
      vault.close()
    }
  }
}

function wordsOf({ positionals: [service = ''], value, values }: Arguments) {
  const scopes = values('scope').flatMap((text) => text.split(/[\s,]+/).filter(Boolean))
  return {
    service,
    account: value('account'),
    scopes: scopes.length === 0 ? null : scopes,
    issuer: value('issuer'),
    clientId: value('client-id'),
    email: value('email')
  }
}

function wayOf({ value, has }: Arguments): SignInWay {
  const surface = (['window', 'browser', 'device'] as const).find((each) => each === value('surface')) ?? null
  return {
    surface,
    hasBrowser: hasBrowser(),
    hasClientSecret: has('client-secret')
  }
}

function givenUp({ writeError }: Terminal): number {
  writeError('latchkey: Nothing was entered, so nothing was changed.\n')
  return exitCodes.interrupted
}

/** What a script gets to know. */
function shown({ account, expiry, missingScopes, name, scopes, service }: SignedIn) {
  const expiresAt = expiry.kind === 'at' ? expiry.at : null
  return { service, name, account, scopes, missingScopes, expiresAt }
}
