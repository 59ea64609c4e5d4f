/** Words of the dialog that asks for other scopes. */
export const scopesText = {
  change: 'Change scopes…',
  title: (name: string) => `Change the scopes of ${name}`,
  lead: 'You sign in again, and the provider asks you to allow the new scopes. Until then nothing changes.',
  added: 'Asked for as well',
  removed: 'No longer asked for',
  same: 'Nothing changed yet.',
  sameAgain: 'The same scopes are asked for again.',
  remove: (scope: string) => `Remove ${scope}`,
  go: 'Sign in again'
} as const
