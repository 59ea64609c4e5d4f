import type { ExchangeSecrets } from '../http/exchange-secrets.ts'

/** What people call the account: the first of these claims of the ID token that says anything. */
const LABEL_CLAIMS = ['email', 'preferred_username', 'name', 'sub'] as const

/** Null: no claim has a usable text. A claim that quotes a secret of the exchange is left out. */
export function labelFrom(
  claims: Readonly<Record<string, unknown>>,
  secrets: ExchangeSecrets
): string | null {
  for (const name of LABEL_CLAIMS) {
    const value = claims[name]
    if (typeof value === 'string' && value.trim() !== '' && !secrets.areQuotedIn(value)) return value.trim()
  }
  return null
}
