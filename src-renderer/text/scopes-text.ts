/** Words of the dialog that asks for other scopes. */
export const scopesText = {
  change: 'Change scopes…',
  title: (name: string) => `Change the scopes of ${name}`,
  lead: 'You’ll sign in again and allow the new scopes. Nothing changes until then.',
  added: 'Added',
  removed: 'Removed',
  same: 'No changes yet.',
  sameAgain: 'Asks for the same scopes again.',
  remove: (scope: string) => `Remove ${scope}`,
  go: 'Sign in again'
} as const
