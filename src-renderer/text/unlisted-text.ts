import { count } from './locale.ts'

/** Credentials that are in the store and not in the list. */
export const unlistedText = {
  title: 'Credentials that are not in the list',
  banner: (n: number, store: string) =>
    count(n, {
      one: `${store} holds a Latchkey credential that isn’t in this list.`,
      other: `${store} holds {n} Latchkey credentials that aren’t in this list.`
    }),
  takeBack: (n: number) => count(n, { one: 'Add it to the list', other: 'Add them to the list' }),
  taken: (n: number) =>
    count(n, {
      one: 'The credential is in the list again.',
      other: '{n} credentials are in the list again.'
    }),
  none: 'None could be read.',
  left: (n: number) =>
    count(n, {
      one: 'One can’t be read and stays where it is.',
      other: '{n} can’t be read and stay where they are.'
    })
} as const
