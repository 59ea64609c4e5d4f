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
  secretHint: 'Leave it empty to keep the one that is stored. It is never shown.',
  removeSecret: 'Remove the secret',
  removeSecretMeans: 'For a client that is public at the provider.',
  guide: 'How to register a client there',
  otherId: (name: string) =>
    `Most providers bind a sign-in to the client it was made with. ${name} may refuse to renew it with another client ID; signing in again with the new one is the sure way.`,
  save: 'Save',
  saving: 'Saving…',
  saveAndSignIn: 'Save and sign in again',
  saved: (name: string) => `Client of ${name} changed`,
  savedMeans: (name: string) => `The next refresh shows whether ${name} takes it.`,
  registerAnew: 'Register anew and sign in',
  registerMeans:
    'If the server has forgotten Latchkey, it can register it once more. You sign in again then.',
  unknownPage: 'Does the page say that it does not know this client? The server may have forgotten Latchkey.',
  loading: 'Reading the entry…'
} as const
