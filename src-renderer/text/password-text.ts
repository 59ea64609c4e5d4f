/** Words of a sign-in with a project's own password, without a sign-in page and without OAuth. */
export const passwordText = {
  surface: 'E-mail and password',
  lead: 'The project’s own password sign-in: Latchkey sends your password there once and keeps only the tokens that come back.',
  project: 'Address of the project',
  projectHint: 'Such as https://abcdefgh.supabase.co',
  projectWrong: 'Enter a whole address that begins with https://.',
  projectKey: 'Publishable key of the project',
  projectKeyHint: 'Also called anon key; never enter the secret key.',
  projectKeyKept: 'Leave it empty to use the stored key.',
  projectKeyMissing: 'Enter the publishable key of the project.',
  help: 'Where to find the key',
  name: 'Name',
  nameHint: 'The name in the list. If empty, it is the project’s host.',
  email: 'E-mail',
  emailMissing: 'Enter the e-mail address of your account.',
  password: 'Password',
  passwordMissing: 'Enter your password.',
  signIn: 'Sign in',
  signingIn: 'Signing in…',
  againTitle: (name: string) => `Sign in to ${name} again`,
  againLead: (host: string) =>
    `Latchkey sends your password to ${host} once and does not keep it. The entry keeps its name and its place; its tokens are replaced.`
} as const
