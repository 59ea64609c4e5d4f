/** Words and dates are shown in one language: English words beside German dates would help nobody. */
export const locale = 'en-GB'

const plurals = new Intl.PluralRules(locale)
const numbers = new Intl.NumberFormat(locale)

type Forms = { readonly one: string; readonly other: string }

/** As the language writes it. */
export const number = (n: number): string => numbers.format(n)

/** `{n}` in the chosen form becomes the number, in the way the language writes it. */
export function count(n: number, forms: Forms): string {
  const form = plurals.select(n) === 'one' ? forms.one : forms.other
  return form.replace('{n}', numbers.format(n))
}
