import type { CredentialSummary } from '#shared/credential.ts'

export type ScopeChange = { readonly added: readonly string[]; readonly removed: readonly string[] }

/** Returns the scopes that the entry asks for now, the granted and the missing ones, and one more (null: none). */
export function askedNow(
  { scopes, missingScopes }: CredentialSummary,
  also: string | null = null
): readonly string[] {
  return [...new Set([...scopes, ...missingScopes, ...(also === null ? [] : [also])])]
}

/** Returns the added and the removed scopes, each in the order of its list. */
export function scopeChange(before: readonly string[], after: readonly string[]): ScopeChange {
  return {
    added: after.filter((scope) => !before.includes(scope)),
    removed: before.filter((scope) => !after.includes(scope))
  }
}

export function isChange({ added, removed }: ScopeChange): boolean {
  return added.length + removed.length > 0
}
