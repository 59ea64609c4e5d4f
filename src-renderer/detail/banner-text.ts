import type { CredentialStatus, CredentialSummary } from '#shared/credential.ts'
import { type ProblemCode, problemCatalog } from '#shared/problem.ts'
import { endsByAge } from '../status/ends-by-age.ts'
import { bannerText } from '../text/problem-text.ts'

type Failing = Extract<CredentialStatus, { kind: 'refresh-failing' }>

export type Banner = { readonly text: string; readonly code: ProblemCode | null }

/** Returns the meaning of the status in one or two sentences; null if the person has nothing to do. */
export function bannerOf(credential: CredentialSummary): Banner | null {
  const { status, kind, name, renewable, useBefore } = credential
  switch (status.kind) {
    case 'needs-sign-in':
      return { text: signInText(status.code, name), code: status.code }
    case 'unreadable':
      return { text: unreadableText(status.code), code: status.code }
    case 'expired':
      return { text: kind === 'oauth' ? bannerText.expiredOauth : bannerText.expiredKey, code: null }
    case 'refresh-failing':
      return { text: failingText(status, name), code: status.code }
    case 'locked':
      return { text: bannerText.locked, code: null }
    case 'expiring':
      if (kind === 'api-key') return { text: bannerText.expiringKey, code: null }
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

function failingText({ code, nextTryAt }: Failing, name: string): string {
  if (code === 'REFRESH_UNREACHABLE') return bannerText.failing(name)
  if (code === 'PROVIDER_REFUSED')
    return nextTryAt === null ? bannerText.givenUp(name) : bannerText.suspect(name)
  return problemCatalog[code].message
}

function unreadableText(code: ProblemCode): string {
  return code === 'KEYCHAIN_DUPLICATE' ? problemCatalog[code].message : bannerText.unreadable
}
