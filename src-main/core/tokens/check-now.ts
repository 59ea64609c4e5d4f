import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { HandlerPorts } from '../request-handlers.ts'
import { healthAfterCheck } from './lacking-scopes.ts'

type Ports = Pick<HandlerPorts, 'clock' | 'feed' | 'keyChecks' | 'oauth' | 'repository' | 'tokens'>

/** Uses the credential for one request to its own provider. Throws PROVIDER_UNREACHABLE if that told nothing. */
export async function checkNow(
  { clock, feed, keyChecks, oauth, repository, tokens }: Ports,
  ref: CredentialRef
) {
  const secret = await tokens.getToken(ref)
  const credential = await repository.load(ref)
  feed.publish(ref)
  const checkedAt = clock.now().toISOString()
  if (credential?.kind === 'oauth') {
    const { works, text, lacks = [] } = await oauth.check(credential, secret)
    noteAccess(repository, ref, lacks)
    feed.publish(ref)
    return { works, text, checkedAt }
  }
  const answer = credential?.kind === 'api-key' ? await keyChecks.check(credential, secret) : null
  if (answer === null) {
    return { works: true, text: 'The key can be read from the store. It was not sent anywhere.', checkedAt }
  }
  const { works, text } = answer
  if (works === 'unknown') throw new VaultError('PROVIDER_UNREACHABLE', { message: text })
  return { works: works === 'yes', text, checkedAt }
}

/** More access is asked of the person; the grant goes on with what it has. */
function noteAccess(repository: Ports['repository'], ref: CredentialRef, lacks: readonly string[]): void {
  const entry = repository.find(ref)
  const health = entry === null ? null : healthAfterCheck(entry, lacks)
  if (health !== null) repository.setHealth(ref, health)
}
