import { VaultError } from '#shared/problem.ts'
import type { ProviderRedirect } from '../../core/provider.ts'
import { type CallbackAnswer, type ExpectedAnswer, readCallback } from '../loopback/callback-answer.ts'
import { type LoopbackListener, openLoopbackListener } from '../loopback/loopback-listener.ts'
import { authorizationProblem } from '../http/oauth-problem.ts'
import type { AuthorizedGrant, PendingAuthorization } from '../../core/oauth-client.ts'

export type Redemption = {
  readonly redirectUri: string
  readonly code: string
  readonly issuer: string | null
}

export type PendingOptions = {
  readonly redirect: ProviderRedirect
  readonly expected: ExpectedAnswer
  /** Makes the URL to show from the redirect address. */
  readonly authorizationUrl: (redirectUri: string) => Promise<string>
  readonly redeem: (redemption: Redemption) => Promise<AuthorizedGrant>
}

const LONGEST_PASTE = 8192

/** Opens the redirect address and waits there for one attempt's answer. Nothing of the attempt outlives `close`. */
export async function openPendingAuthorization(options: PendingOptions): Promise<PendingAuthorization> {
  let answer: CallbackAnswer | null = null
  let isSpent = false
  const { promise: answered, resolve: tellAnswered } = Promise.withResolvers<void>()
  const take = (query: string): CallbackAnswer | null => {
    if (answer !== null || isSpent) return null
    answer = readCallback(query, options.expected)
    return answer
  }
  const listener = await openLoopbackListener({
    redirect: options.redirect,
    accept: (query) => pageFor(take(query)),
    onAnswered: tellAnswered
  })
  const { redirectUri } = listener
  const url = await urlOrRelease(options, listener)
  return {
    url,
    redirectUri,
    answered,
    submit: (pasted) => {
      const query = queryOf(pasted, redirectUri)
      if (query === null || take(query) === null) throw notThisAttempt()
      tellAnswered()
    },
    redeem: async () => {
      const taken = answer
      if (taken === null || isSpent) throw new VaultError('INTERNAL')
      isSpent = true
      await listener.close()
      if (taken.kind === 'error') throw authorizationProblem(taken.error)
      return await options.redeem({ redirectUri, code: taken.code, issuer: taken.issuer })
    },
    close: async () => {
      isSpent = true
      answer = null
      await listener.close()
    }
  }
}

async function urlOrRelease(options: PendingOptions, listener: LoopbackListener): Promise<string> {
  try {
    return await options.authorizationUrl(listener.redirectUri)
  } catch (error) {
    await listener.close()
    throw error
  }
}

function pageFor(answer: CallbackAnswer | null): 'success' | 'failure' | null {
  if (answer === null) return null
  return answer.kind === 'code' ? 'success' : 'failure'
}

/**
 * Returns the part after `?` of a URL that a person copied from the browser's address bar; null if it is not
 * the redirect address.
 */
function queryOf(pasted: string, redirectUri: string): string | null {
  const text = pasted.trim()
  if (text.length > LONGEST_PASTE || !text.startsWith(`${redirectUri}?`)) return null
  return /^[\x21-\x7e]+$/.test(text) ? (text.slice(redirectUri.length + 1).split('#')[0] ?? '') : null
}

function notThisAttempt(): VaultError {
  return new VaultError('INVALID_REQUEST', {
    message: 'This address does not belong to the sign-in that is open. Copy the whole address and try again.'
  })
}
