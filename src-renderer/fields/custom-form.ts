const usual = ['openid', 'profile', 'email', 'offline_access']

/** Returns the default scopes: the usual ones that this server offers. */
export function firstScopes(offered: readonly string[]): readonly string[] {
  const known = usual.filter((scope) => offered.includes(scope))
  return known.length === 0 ? ['openid'] : known
}

/** `http:` is for a server on this computer; the vault decides, the form only catches slips. */
export function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false
  return ['https:', 'http:'].includes(new URL(text).protocol)
}

/** A scope token of RFC 6749, section 3.3. */
export function parseScope(text: string): string | null {
  return /^[\x21\x23-\x5b\x5d-\x7e]{1,300}$/.test(text) ? text : null
}
