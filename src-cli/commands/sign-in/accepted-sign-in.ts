import type { ProposalView } from '#shared/broker/proposals.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { hasBrowser } from '../../client/open-page.ts'
import { knownTo, notGrantedText, signedIn, signedInText, type SignInCommandPorts } from './run-sign-in.ts'
import { type SignInOrder, signInOrder } from './sign-in-order.ts'
import { withSecrets } from './sign-in-secrets.ts'

export type AcceptedSignIn = Extract<ProposalView['what'], { kind: 'scope' | 'sign-in' }>

/**
 * Signs in for a proposal that the person has accepted at this terminal: to its entry again, with what that has and the
 * scope that was proposed. False: the entry is not there any more, or no password was typed. Rejects as `signedIn`.
 */
export async function carryOut(
  what: AcceptedSignIn,
  vault: VaultConnection,
  ports: SignInCommandPorts
): Promise<boolean> {
  const { account, service } = what
  const scopes = what.kind === 'scope' ? [what.scope] : null
  const words = { service, account, scopes, issuer: null, clientId: null, email: null }
  const order = signInOrder(words, { ...(await knownTo(vault)), chosen: () => null })
  if (!isAgain(order)) return false
  const way = { surface: null, hasBrowser: hasBrowser(), hasClientSecret: false }
  const wish = await withSecrets(order, way, ports)
  if (wish === null) return false
  const entry = await signedIn(vault, wish, ports)
  ports.write(signedInText(entry))
  ports.writeError(notGrantedText(entry))
  return true
}

const isAgain = (order: SignInOrder): boolean =>
  order.kind === 'password-again' || (order.kind === 'page' && order.request.kind === 'again')
