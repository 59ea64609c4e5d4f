import { locale } from '#shared/locale.ts'

const plurals = new Intl.PluralRules(locale)
const numbers = new Intl.NumberFormat(locale)

const lists = new Intl.ListFormat(locale)

type Forms = { readonly one: string; readonly other: string }

/** Formats a number for the locale. */
export const number = (n: number): string => numbers.format(n)

/** Names in a sentence: “a, b and c”. */
export const list = (names: readonly string[]): string => lists.format(names)

/** Replaces `{n}` in the chosen form by the number, formatted for the locale. */
export function count(n: number, forms: Forms): string {
  const form = plurals.select(n) === 'one' ? forms.one : forms.other
  return form.replace('{n}', numbers.format(n))
}
