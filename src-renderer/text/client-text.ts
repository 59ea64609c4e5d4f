/** Words of the dialog that corrects the client of a sign-in. */
export const clientText = {
  change: 'Change client…',
  title: (name: string) => `Change the client of ${name}`,
  lead: 'The client is Latchkey’s registration at the provider. The sign-in and its tokens are kept.',
  clientId: 'Client ID',
  idMissing: 'Enter the client ID of your registration.',
  secret: 'Client secret',
  secretUnchanged: 'unchanged',
  secretNone: 'none',
  secretHint: 'Leave it empty to keep the stored secret, which is never shown.',
  removeSecret: 'Remove the secret',
  removeSecretMeans: 'For a client that is public at the provider.',
  guide: 'How to register a client there',
  otherId: (name: string) =>
    `Most providers bind a sign-in to the client it was made with. ${name} may refuse to refresh it with another client ID; to be sure, sign in again with the new one.`,
  save: 'Save',
  saving: 'Saving…',
  saveAndSignIn: 'Save and sign in again',
  saved: (name: string) => `Client of ${name} changed`,
  savedMeans: (name: string) => `The next refresh shows whether ${name} accepts it.`,
  registerAnew: 'Register anew and sign in',
  registerMeans: 'If the server has forgotten Latchkey, Latchkey can register again. You then sign in again.',
  unknownPage: 'Does the page say that the client is unknown? The server may have forgotten Latchkey.',
  loading: 'Reading the entry…'
} as const
