import type { OptionRow } from '../terminal/command.ts'

/** The option of a command that can answer in JSON: an object with these fields, or a list of such. */
export const json = (fields: readonly string[], text = 'the same as JSON'): OptionRow => ({
  name: 'json',
  value: 'FIELDS',
  fields,
  text: `${text}: FIELDS a,b or “all”; alone it lists them`
})

/** The option of a command about one entry. */
export const account: OptionRow = {
  name: 'account',
  value: 'ACCOUNT',
  text: 'which account, if the service has several'
}

/** The options of a command that asks for more than one request. */
export const handOutOptions: readonly OptionRow[] = [
  account,
  { name: 'host', value: 'HOST', text: 'which host of the service; else its first one' },
  { name: 'scope', value: 'SCOPE', text: 'the sign-in has to have this scope' },
  { name: 'reason', value: 'TEXT', text: 'why, for the person who is asked' },
  { name: 'no-prompt', text: 'never ask: end with 77 if an approval is needed' }
]
