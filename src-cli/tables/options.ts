import type { OptionRow } from '../terminal/command.ts'

/** The option of a command that can answer in JSON. */
export const json = (text = 'the same as JSON'): OptionRow => ({ name: 'json', text })

/** The options of a command that asks for more than one request. */
export const handOutOptions: readonly OptionRow[] = [
  { name: 'account', value: 'ACCOUNT', text: 'which account, if the service has several' },
  { name: 'host', value: 'HOST', text: 'which host of the service; the first one if it is left out' },
  { name: 'scope', value: 'SCOPE', text: 'the sign-in has to have this scope' },
  { name: 'reason', value: 'TEXT', text: 'why, for the person who is asked' },
  { name: 'no-prompt', text: 'never ask: end with 77 if an approval is needed' }
]
