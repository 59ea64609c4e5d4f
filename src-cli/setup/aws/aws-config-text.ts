import { awsForms } from '#shared/aws-forms.ts'
import { type Line, linesOf, profileIn, type ProfileSettings, valueOf } from './profile-text.ts'

const PROCESS = 'credential_process'
/** What is put aside: another process, and a role that AWS would take on its own, which it reads before a process. */
const aside: ReadonlySet<string | null> = new Set([
  PROCESS,
  'role_arn',
  'source_profile',
  'role_session_name',
  'duration_seconds',
  'mfa_serial'
])
/** Ways to credentials that outrank a process, and that Latchkey does not take over. */
const otherWays: Readonly<Record<string, string>> = {
  sso_session: 'signs in by SSO',
  sso_start_url: 'signs in by SSO',
  web_identity_token_file: 'takes its role by a token of another service',
  credential_source: 'takes its role with the credentials of a machine',
  external_id: 'takes a role with an external ID'
}
/** Begins a line that was put aside: a comment for AWS, from which the setup is taken back. */
const ASIDE = '#latchkey# '
/** Stands before a profile that came with the setup. */
const ADDED = `${ASIDE}added by “latchkey setup aws”`

export type AwsWish = {
  readonly profile: string
  /** Null: the source of the role that the profile takes, else the name of the profile. */
  readonly account: string | null
  /** `latchkey-aws`, or its absolute path. */
  readonly program: string
}

export type AwsConfigEdit = {
  readonly text: string
  readonly account: string
  /** Role that the profile took on its own. Null: none. */
  readonly role: string | null
  /** MFA device that AWS asked a code of. Null: none. */
  readonly device: string | null
}

/**
 * The text of `~/.aws/config` in which a profile asks Latchkey. A role that it takes from another profile becomes the role
 * that Latchkey takes; its lines are put aside as comments, and nothing else is changed. Empty text: the file is not there
 * yet. A string is the reason why that can not be.
 */
export function withAwsProcess(text: string, { profile, account, program }: AwsWish): AwsConfigEdit | string {
  const plain = withoutAwsProcess(text, profile)
  const found = profileIn(plain, 'config', profile)
  const settings: ProfileSettings = found ?? new Map<string, string>()
  const [, why = null] = Object.entries(otherWays).find(([name]) => settings.has(name)) ?? []
  if (why !== null) return `The profile ${why}, which AWS reads first. Choose another profile.`
  const role = settings.get('role_arn') ?? null
  if (role !== null && !awsForms.roleArn.form.test(role)) return awsForms.roleArn.sentence
  const owner = account ?? settings.get('source_profile') ?? profile
  const words = [program, '--account', owner, ...(role === null ? [] : ['--role', role])]
  const end = plain.includes('\r\n') ? '\r\n' : '\n'
  const process = `${PROCESS} = ${words.map(quoted).join(' ')}${end}`
  return {
    text: found === null ? added(plain, profile, process, end) : changed(plain, profile, process, end),
    account: owner,
    role,
    device: settings.get('mfa_serial') ?? null
  }
}

function changed(text: string, profile: string, process: string, end: string): string {
  let isFirst = true
  return linesOf(text, 'config')
    .map((line) => {
      if (line.profile !== profile) return line.text
      if (aside.has(line.setting)) return `${ASIDE}${line.text}`
      if (!line.isHead || !isFirst) return line.text
      isFirst = false
      return `${line.text.endsWith('\n') ? line.text : line.text + end}${process}`
    })
    .join('')
}

function added(text: string, profile: string, process: string, end: string): string {
  const before = text === '' || text.endsWith('\n') ? text : text + end
  return `${before}${ADDED}${end}[${profile === 'default' ? profile : `profile ${profile}`}]${end}${process}`
}

/**
 * The text as it was before the setup, of one profile or, if null, of every one that asks Latchkey. A profile in which
 * another process was named since stays as it is; one that came with the setup goes, unless something was added to it.
 */
export function withoutAwsProcess(text: string, profile: string | null): string {
  const lines = linesOf(text, 'config')
  const ours = new Set(lines.filter(isOurs).map((line) => line.profile))
  const isMeant = (line: Line | undefined): boolean =>
    line !== undefined && ours.has(line.profile) && (profile === null || line.profile === profile)
  const isAlone = (name: string | null): boolean =>
    lines
      .filter((line) => line.profile === name)
      .every((line) => line.isHead || isOurs(line) || isAdded(line))
  return lines
    .flatMap((line, at) => {
      const next = lines[at + 1]
      if (isAdded(line) && isMeant(next)) return []
      if (!isMeant(line)) return [line.text]
      const cameWithUs = line.isHead && isAdded(lines[at - 1]) && isAlone(line.profile)
      if (isOurs(line) || cameWithUs) return []
      return [line.text.startsWith(ASIDE) ? line.text.slice(ASIDE.length) : line.text]
    })
    .join('')
}

const isAdded = (line: Line | undefined): boolean => line?.text.trimEnd() === ADDED

/** True for the line that names Latchkey, wherever its program is. */
function isOurs({ setting, text }: Line): boolean {
  return setting === PROCESS && /^"?([^"]*[/\\])?latchkey-aws(\.mjs)?"?(\s|$)/.test(valueOf(text) ?? '')
}

/** True if the file holds the secret key of this profile in the clear. AWS reads that of `credentials` before a process. */
export function holdsPair(text: string, profile: string): boolean {
  return profileIn(text, 'credentials', profile)?.has('aws_secret_access_key') ?? false
}

/** A word of a command as the tools of AWS take it apart: without a shell, in double quotes where it has a space. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, String.raw`\$&`)}"`
