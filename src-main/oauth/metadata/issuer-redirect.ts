import { createHash } from 'node:crypto'
import type { ProviderRedirect } from '../../core/provider.ts'
import { genericProvider } from '../provider-rows/base.ts'
import { familyDifferences } from './issuer-families.ts'

const MARK_LENGTH = 16

/** A short hash that stands for an issuer in its own redirect address. */
export function issuerMark(issuer: string): string {
  return createHash('sha256').update(issuer).digest('hex').slice(0, MARK_LENGTH)
}

/**
 * The redirect path for answers of this issuer. With a shared path an issuer could send the browser on to
 * another issuer, and would get that issuer's code (RFC 9700 section 4.4). So the path is shared only if
 * every answer names its issuer (RFC 9207); otherwise it is the issuer's own.
 */
export function issuerPath(issuer: string, namesIssuer: boolean): string {
  const { path } = genericProvider.redirect
  return namesIssuer ? path : `${path}/${issuerMark(issuer)}`
}

type Issuer = { readonly issuer: string; readonly scopes: readonly string[]; readonly namesIssuer: boolean }

/** The redirect that a person registers at their own issuer, with the known differences of its family. */
export function issuerRedirect({ issuer, scopes, namesIssuer }: Issuer): ProviderRedirect {
  const { redirect = genericProvider.redirect } = familyDifferences(issuer, scopes)
  return { ...redirect, path: issuerPath(issuer, namesIssuer) }
}
