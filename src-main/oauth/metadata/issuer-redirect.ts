import { createHash } from 'node:crypto'
import type { ProviderRedirect } from '../../core/provider.ts'
import { genericProvider } from '../provider-rows/base.ts'
import { familyDifferences } from './issuer-families.ts'

const MARK_LENGTH = 16

/** What stands for an issuer in an address of its own. */
export function issuerMark(issuer: string): string {
  return createHash('sha256').update(issuer).digest('hex').slice(0, MARK_LENGTH)
}

/**
 * The path where answers of this issuer come in. With one that is the same for all, an issuer could send the browser on
 * to another with what came along, and would be brought that one's code (RFC 9700 section 4.4). So it is everybody's
 * only where each answer names its issuer (RFC 9207), and else the issuer's own.
 */
export function issuerPath(issuer: string, namesIssuer: boolean): string {
  const { path } = genericProvider.redirect
  return namesIssuer ? path : `${path}/${issuerMark(issuer)}`
}

type Issuer = { readonly issuer: string; readonly scopes: readonly string[]; readonly namesIssuer: boolean }

/** What a person registers at an issuer of their own, with what is known of its family. */
export function issuerRedirect({ issuer, scopes, namesIssuer }: Issuer): ProviderRedirect {
  const { redirect = genericProvider.redirect } = familyDifferences(issuer, scopes)
  return { ...redirect, path: issuerPath(issuer, namesIssuer) }
}
