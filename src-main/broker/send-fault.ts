import { VaultError } from '#shared/problem.ts'
import { ACCESS_ENDED } from '../core/use/use-sentences.ts'

/** Error codes of OpenSSL and Node for a certificate that is not trusted. */
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ALTNAME|EPROTO|INVALID_(?:CA|PURPOSE)|PATH_LENGTH|HOSTNAME_MISMATCH/

/** True for an error of the system that says that a certificate is not trusted. */
export const isCertificateFault = (code: string): boolean => CERTIFICATE.test(code)

/**
 * The problem that a failed request is for its client. `cutOff`: the sentence for an answer that ended too
 * early. The system's own sentence is left out, because it quotes names and addresses.
 */
export function sendFault(error: unknown, cutOff?: string): VaultError {
  if (error instanceof VaultError) return error
  const { code = '', name } = error as NodeJS.ErrnoException
  if (name === 'AbortError') {
    return new VaultError('INVALID_REQUEST', { message: 'The request was cancelled.', cause: error })
  }
  if (isCertificateFault(code)) return new VaultError('CERTIFICATE_REFUSED', { cause: error })
  if (code === 'ERR_INVALID_CHAR') {
    return new VaultError('INVALID_REQUEST', {
      message: 'The request has characters that can’t be sent in a header.',
      cause: error
    })
  }
  const message =
    cutOff ?? 'The host could not be reached. Check the address and the network, then try again.'
  return new VaultError('PROVIDER_UNREACHABLE', { message, cause: error })
}

/** For a request whose credential was removed, revoked or locked away while it was under way. */
export function accessEnded(): VaultError {
  return new VaultError('APPROVAL_DENIED', { message: ACCESS_ENDED })
}

/** For a server that sends nothing within a time limit. */
export function tooSlow(): VaultError {
  return new VaultError('PROVIDER_UNREACHABLE', { message: 'The host did not answer in time. Try again.' })
}
