/** Words of a sign-in with a project's own password, without a sign-in page and without OAuth. */
export const passwordText = {
  surface: 'E-mail and password',
  lead: 'Latchkey sends your password to the project once and keeps only the tokens.',
  project: 'Project address',
  projectHint: 'Such as https://abcdefgh.supabase.co',
  projectWrong: 'Enter a full https:// address.',
  projectKey: 'Publishable key',
  projectKeyHint: 'Also called anon key; never enter the secret key.',
  projectKeyKept: 'Leave empty to use the stored key.',
  projectKeyMissing: 'Enter the publishable key.',
  help: 'Where to find the key',
  name: 'Name',
  nameHint: 'Shown in the list. If empty, the project’s host.',
  email: 'E-mail',
  emailMissing: 'Enter the e-mail address of your account.',
  password: 'Password',
  passwordMissing: 'Enter your password.',
  signIn: 'Sign in',
  signingIn: 'Signing in…',
  againTitle: (name: string) => `Sign in to ${name} again`,
  againLead: (host: string) =>
    `Latchkey sends your password to ${host} once and doesn’t keep it. Only the tokens are replaced.`
} as const
