import type { CredentialStatus, CredentialSummary } from '#shared/credential.ts'
import { type ProblemCode, problemCatalog } from '#shared/problem.ts'
import { endsByAge } from '../status/ends-by-age.ts'
import { bannerText } from '../text/problem-text.ts'
import { amountText } from '../time/time-text.ts'

type Failing = Extract<CredentialStatus, { kind: 'refresh-failing' }>

export type Banner = { readonly text: string; readonly code: ProblemCode | null }

/** Returns the meaning of the status in one or two sentences; null if the person has nothing to do. */
export function bannerOf(credential: CredentialSummary, now: number): Banner | null {
  const { status, kind, name, renewable, useBefore } = credential
  switch (status.kind) {
    case 'needs-sign-in':
      return { text: signInText(status.code, name), code: status.code }
    case 'unreadable':
      return { text: unreadableText(status.code, kind), code: status.code }
    case 'expired':
      return { text: kind === 'oauth' ? bannerText.expiredOauth : bannerText.expiredKey(name), code: null }
    case 'refresh-failing':
      return { text: failingText(status, name, now), code: status.code }
    case 'locked':
      return { text: bannerText.locked, code: null }
    case 'expiring':
      if (kind === 'api-key') return { text: bannerText.expiringKey(name), code: null }
      if (endsByAge(credential)) return { text: bannerText.tooOld(name), code: null }
      if (renewable && useBefore !== null) return { text: bannerText.idle(name), code: null }
      return { text: renewable ? bannerText.expiringRenew : bannerText.expiringOauth, code: null }
    case 'valid':
    case 'refreshing':
      return null
  }
}

function signInText(code: ProblemCode, name: string): string {
  if (code === 'REFRESH_REJECTED') return bannerText.rejected(name)
  if (code === 'SCOPE_MISSING') return bannerText.scopeMissing
  if (code === 'SIGN_IN_REQUIRED') return bannerText.signInRequired
  return problemCatalog[code].message
}

function failingText({ code, nextTryAt }: Failing, name: string, now: number): string {
  if (code === 'REFRESH_UNREACHABLE') return bannerText.failing(name, nextTry(nextTryAt, now))
  if (code === 'PROVIDER_REFUSED')
    return nextTryAt === null ? bannerText.givenUp(name) : bannerText.suspect(name, nextTry(nextTryAt, now))
  return problemCatalog[code].message
}

function nextTry(instant: string | null, now: number): string {
  if (instant === null) return bannerText.retryByHand
  const left = Date.parse(instant) - now
  return left <= 0 ? bannerText.retrying : bannerText.retryingIn(amountText(left))
}

function unreadableText(code: ProblemCode, kind: CredentialSummary['kind']): string {
  if (code === 'KEYCHAIN_DUPLICATE') return problemCatalog[code].message
  if (kind === 'oauth') return bannerText.unreadable.oauth
  return kind === 'api-key' ? bannerText.unreadable.key : bannerText.unreadable.other
}
