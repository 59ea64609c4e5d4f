import { awsForms } from '#shared/aws-forms.ts'
import { linesOf, valueOf } from './profile-text.ts'

const ID = 'aws_access_key_id'
const SECRET = 'aws_secret_access_key'
const pair: ReadonlySet<string | null> = new Set([ID, SECRET])
/** What goes with a pair where it is kept. */
const kept: ReadonlySet<string | null> = new Set([...pair, 'region', 'mfa_serial'])

/** A pair of access keys that is in a file in the clear. */
export type ClearPair = {
  /** Its access key ID, cut. */
  readonly shown: string
  /** The profile with its pair alone, as an import reads it. It holds the secret key. */
  readonly text: string
  /** The file without the pair, and without its profile if nothing else is in it. Null: nothing is left. */
  readonly rest: string | null
}

/**
 * The pair of a profile in the text of `~/.aws/credentials`. Null: the profile has no pair to move. Temporary keys, with a
 * session token, stay with the program that writes them.
 */
export function clearPair(text: string, profile: string): ClearPair | null {
  const lines = linesOf(text, 'credentials')
  const own = lines.filter((line) => line.profile === profile)
  const found = own.filter(({ setting }) => pair.has(setting))
  const values = new Map(found.map((line) => [line.setting, valueOf(line.text) ?? '']))
  const id = values.get(ID) ?? ''
  const isWhole = found.length === 2 && values.size === 2 && awsForms.accessKeyId.form.test(id)
  if (!isWhole || own.some(({ setting }) => setting === 'aws_session_token')) return null
  const settings = own
    .filter(({ setting }) => kept.has(setting))
    .map(({ setting, text: line }) => `${setting} = ${valueOf(line) ?? ''}\n`)
  const isEmptied = own.every(
    ({ isHead, setting, text: line }) => isHead || pair.has(setting) || line.trim() === ''
  )
  const rest = lines
    .filter((line) => line.profile !== profile || !(isEmptied || pair.has(line.setting)))
    .map((line) => line.text)
    .join('')
  return {
    shown: `${id.slice(0, 4)}…${id.slice(-4)}`,
    text: [`[${profile}]\n`, ...settings].join(''),
    rest: rest.trim() === '' ? null : rest
  }
}
