import type { CredentialView } from '#shared/broker/credential-views.ts'
import { statusTable, type StatusTone, statusWord } from '#shared/status.ts'
import { coloured } from '../../terminal/colour.ts'
import { relativeTime } from '../../terminal/relative-time.ts'
import { exitCodes } from '../../terminal/command.ts'

const signs: Readonly<Record<StatusTone, string>> = {
  ok: '✓',
  info: '✓',
  notice: '!',
  danger: '✗',
  mute: '-'
}

/** A sign and the word for the state of an entry. */
export function stateCell({ status }: CredentialView, hasColour: boolean): string {
  const { tone } = statusTable[status.kind]
  return coloured(`${signs[tone]} ${statusWord(status)}`, tone, hasColour)
}

export function expiryWords({ expiry, renewable, status }: CredentialView, now: number): string {
  if (status.kind === 'locked') return 'hidden'
  if (expiry.kind === 'never') return 'never'
  if (expiry.kind === 'unknown') return 'not known'
  return `${relativeTime(expiry.at, now)}${renewable ? ', renews' : ''}`
}

/** The command that helps an entry which needs the person. Null: it needs nothing. */
export function nextStep({ account, id, kind, service, status }: CredentialView): string | null {
  const { needsAttention, action } = statusTable[status.kind]
  if (!needsAttention) return null
  if (action === 'unlock') return 'latchkey unlock'
  const whose = `${service} --account ${quoted((JSON.parse(id) as [string, string])[1] === account ? account : 'ACCOUNT')}`
  if (action === 'retry') return `latchkey refresh ${whose}`
  return kind === 'api-key' ? `latchkey rotate ${whose}` : `latchkey sign-in ${whose}`
}

/** The text as one word of a shell. */
export const quoted = (text: string): string =>
  /^[\w@.+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

const signInKinds: readonly string[] = ['needs-sign-in', 'unreadable', 'expired']

/** The exit code for the worst of these entries. */
export function codeOf(views: readonly CredentialView[]): number {
  const kinds = views.map(({ status }) => status.kind)
  if (kinds.includes('locked')) return exitCodes.later
  if (kinds.some((kind) => signInKinds.includes(kind))) return exitCodes.signIn
  return kinds.some((kind) => statusTable[kind].needsAttention) ? exitCodes.warnings : exitCodes.ok
}
