import type { CredentialSummary } from '#shared/credential.ts'

export type ScopeChange = { readonly added: readonly string[]; readonly removed: readonly string[] }

/** What the entry asks for now: what was granted, and what was asked and not granted. */
export function askedNow({ scopes, missingScopes }: CredentialSummary): readonly string[] {
  return [...new Set([...scopes, ...missingScopes])]
}

/** What is new and what is left out, each in the order it was named. */
export function scopeChange(before: readonly string[], after: readonly string[]): ScopeChange {
  return {
    added: after.filter((scope) => !before.includes(scope)),
    removed: before.filter((scope) => !after.includes(scope))
  }
}

export function isChange({ added, removed }: ScopeChange): boolean {
  return added.length + removed.length > 0
}
