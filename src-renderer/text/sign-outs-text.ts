import { count } from './locale.ts'

/** Sign-outs that the provider did not confirm. */
export const signOutsText = {
  title: 'Sign-outs',
  banner: (n: number) =>
    count(n, {
      one: 'A provider did not confirm that you are signed out: the access may go on there.',
      other: 'Providers did not confirm {n} sign-outs: the access may go on there.'
    }),
  look: 'Show',
  putAway: 'Dismiss',
  list: 'Sign-outs that were not confirmed',
  who: (name: string, account: string) => `${name}, ${account}`,
  when: (host: string, when: string) => `${host}, signed out ${when}`,
  open: 'Open the page',
  openOf: (who: string) => `Open the page: ${who}`,
  done: 'Done',
  doneOf: (who: string) => `Done: ${who}`,
  noPage: 'Latchkey knows no page of this provider: look there for connected applications.'
} as const
