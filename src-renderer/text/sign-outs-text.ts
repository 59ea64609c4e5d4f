import { count } from './locale.ts'

/** Sign-outs that the provider did not confirm. */
export const signOutsText = {
  title: 'Sign-outs',
  banner: (n: number) =>
    count(n, {
      one: 'A provider didn’t confirm a sign-out. Access may still be open there.',
      other: 'Providers didn’t confirm {n} sign-outs. Access may still be open there.'
    }),
  look: 'Show',
  putAway: 'Dismiss',
  list: 'Unconfirmed sign-outs',
  who: (name: string, account: string) => `${name}, ${account}`,
  when: (host: string, when: string) => `${host}, signed out ${when}`,
  open: 'Open the page',
  openOf: (who: string) => `Open the page: ${who}`,
  done: 'Done',
  doneOf: (who: string) => `Done: ${who}`,
  noPage: 'Look for connected applications in your account there.'
} as const
