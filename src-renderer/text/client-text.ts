/** Words of the dialog that corrects the client of a sign-in. */
export const clientText = {
  change: 'Change client…',
  title: (name: string) => `Change the client of ${name}`,
  lead: 'The client is Latchkey’s registration at the provider. The sign-in and its tokens are kept.',
  clientId: 'Client ID',
  idMissing: 'Enter the client ID.',
  secret: 'Client secret',
  secretUnchanged: 'unchanged',
  secretNone: 'none',
  secretHint: 'Leave empty to keep the stored secret.',
  removeSecret: 'Remove the secret',
  removeSecretMeans: 'For a public client.',
  guide: 'How to register a client there',
  otherId: (name: string) =>
    `${name} may refuse to refresh this sign-in with another client ID. To be sure, sign in again.`,
  save: 'Save',
  saving: 'Saving…',
  saveAndSignIn: 'Save and sign in again',
  saved: (name: string) => `Client of ${name} changed`,
  savedMeans: (name: string) => `The next refresh shows whether ${name} accepts it.`,
  registerAnew: 'Register again and sign in',
  registerMeans: 'If the server forgot Latchkey, register again and sign in.',
  unknownPage: 'Does the page say the client is unknown? The server may have forgotten Latchkey.',
  loading: 'Loading…'
} as const
