import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { HandlerPorts } from '../request-handlers.ts'

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
  if (credential?.kind === 'oauth') return { ...(await oauth.check(credential, secret)), checkedAt }
  const answer = credential?.kind === 'api-key' ? await keyChecks.check(credential, secret) : null
  if (answer === null) {
    return { works: true, text: 'The key can be read from the store. It was not sent anywhere.', checkedAt }
  }
  const { works, text } = answer
  if (works === 'unknown') throw new VaultError('PROVIDER_UNREACHABLE', { message: text })
  return { works: works === 'yes', text, checkedAt }
}
