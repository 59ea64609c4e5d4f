import * as v from 'valibot'
import { AWS_NAME, AWS_SERVICE } from '#shared/aws-forms.ts'
import { accessKeyId, awsSettings } from '#shared/aws.ts'
import { credentialRef, DEFAULT_ACCOUNT } from '#shared/credential.ts'
import type { AwsKeys } from '../../core/credential-record.ts'
import { Secret } from '../../core/secret.ts'
import type { Found, FoundEntry } from '../../core/transfer/transfer-ports.ts'
import { NEVER, type ParseContext, refuse, refusedEntry, UNKNOWN, UNSHOWABLE } from './found-entries.ts'
import { unreadSecrets } from './secret-names.ts'

const ID = 'aws_access_key_id'
const SECRET = 'aws_secret_access_key'
const SESSION = 'aws_session_token'
const taken: ReadonlySet<string> = new Set([ID, SECRET, SESSION])
/** Settings of a profile that are read, and those of the tools that are no secret. */
const known: ReadonlySet<string> = new Set([
  ...taken,
  'region',
  'role_arn',
  'mfa_serial',
  'source_profile',
  'output',
  'credential_process'
])

const STILL_USED = 'The tools of AWS still use their file; without the pair in it, they sign nothing.'
const ENDS = 'These keys expire soon, and Latchkey can’t refresh them. Import the long-term keys instead.'
const BROKEN = 'Its access key ID or its secret key is missing or can’t be read.'

type Line = { readonly text: string; readonly profile: Profile | null; readonly name: string | null }
type Profile = { readonly name: string; readonly settings: Record<string, string> }

/** True for the text of a file in which AWS keeps keys: profiles, and a key ID in one of them. */
export const isAwsText = (text: string): boolean =>
  /^\[[^\]\n]+\]/m.test(text) && /^aws_access_key_id[ \t]*=/m.test(text)

/**
 * Reads the profiles of `~/.aws/credentials` that hold keys; the account is the name of the profile. Throws
 * INVALID_REQUEST if there is none.
 */
export function parseAws(text: string, { now, services }: ParseContext): Found {
  const lines = linesOf(text)
  const profiles = [...new Set(lines.flatMap(({ profile }) => (profile === null ? [] : [profile])))]
  const entries = profiles.filter(holdsKeys).map((profile) => entryOf(profile, now))
  if (entries.length === 0) throw refuse('This file of AWS holds no keys.')
  const skipped = profiles.flatMap(({ settings }, index) => {
    const unread = unreadSecrets(settings, known, services)
    return unread.map((name) => `Profile ${index + 1}: ${name} may hold a secret too, and it was not read.`)
  })
  return { format: 'aws', entries, skipped, leavesSecrets: skipped.length > 0, rest: restOf(lines) }
}

/**
 * The pair that variables of the environment hold. Null: they hold none that can be kept. `values`: by the names of the
 * variables.
 */
export function awsVariables(values: ReadonlyMap<string, string>, now: Date): FoundEntry | null {
  const settings = Object.fromEntries([...values].map(([name, value]) => [name.toLowerCase(), value]))
  const entry = entryOf(
    { name: DEFAULT_ACCOUNT, settings: { ...settings, region: settings['aws_region'] ?? '' } },
    now
  )
  return entry.credential === null ? null : { ...entry, note: entry.note === STILL_USED ? null : entry.note }
}

/** The profiles of such a text that hold a secret key, without those whose keys end on their own. */
export function pairProfiles(text: string): readonly string[] {
  const profiles = new Set(linesOf(text).flatMap(({ profile }) => (profile === null ? [] : [profile])))
  const own = [...profiles].filter(({ settings }) => SECRET in settings && !(SESSION in settings))
  return [...new Set(own.map(({ name }) => name))]
}

/** True for a variable that holds a part of a pair. */
export const isAwsVariable = (name: string): boolean => taken.has(name.toLowerCase())

const holdsKeys = ({ settings }: Profile): boolean => [ID, SECRET].some((name) => name in settings)

function entryOf({ name, settings }: Profile, now: Date): FoundEntry {
  const shared = { ref: { service: AWS_SERVICE, account: name }, name: AWS_NAME, kind: 'aws' as const }
  if (!v.is(credentialRef, shared.ref)) return refusedEntry(shared, UNSHOWABLE)
  const secret = settings[SECRET] ?? ''
  const session = settings[SESSION] ?? ''
  if (!v.is(accessKeyId, settings[ID]) || !/^[\x21-\x7e]{16,}$/.test(secret)) {
    return refusedEntry(shared, BROKEN)
  }
  const credential: AwsKeys = {
    ...shared,
    accessKeyId: settings[ID],
    secretKey: new Secret(secret),
    sessionToken: session === '' ? null : new Secret(session),
    expiry: session === '' ? NEVER : UNKNOWN,
    // A profile with a role names the profile whose keys it takes, so it has none of its own.
    roleArn: null,
    mfaSerial: orNull(awsSettings.mfaSerial, settings['mfa_serial']),
    region: orNull(awsSettings.region, settings['region']),
    endpoint: null,
    session: null,
    obtainedAt: now
  }
  return { ...shared, credential, note: session === '' ? STILL_USED : ENDS }
}

function orNull(schema: v.GenericSchema<string | null>, value: string | undefined): string | null {
  return value !== undefined && v.is(schema, value) ? value : null
}

/** Takes the lines apart; an indented line belongs to the setting before it. */
function linesOf(text: string): Line[] {
  let profile: Profile | null = null
  let name: string | null = null
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => {
    const head = /^\[([^\]]*)\]/.exec(line)
    if (head !== null) {
      profile = { name: (head[1] ?? '').trim().replace(/^profile\s+/, ''), settings: {} }
      name = null
    } else if (/^\s*([#;]|\r?\n?$)/.test(line)) return { text: line, profile, name: null }
    else if (/^\S/.test(line)) {
      const [, key = '', value = ''] = /^([^=]*)=(.*)/.exec(line.trimEnd()) ?? []
      name = key.trim().toLowerCase()
      if (profile !== null && name !== '') profile.settings[name] = value.trim()
    }
    return { text: line, profile, name }
  })
}

/** The text without keys, and without profiles of which nothing else is left. Null: nothing is left. */
function restOf(lines: readonly Line[]): string | null {
  const isTaken = ({ name, profile }: Line): boolean => profile !== null && name !== null && taken.has(name)
  const kept = lines.filter((line) => !isTaken(line))
  const filled = new Set(
    kept.filter(({ name, text }) => name !== null || /^\s*[#;]/.test(text)).map(({ profile }) => profile)
  )
  const emptied = new Set(lines.filter(isTaken).map(({ profile }) => profile))
  const rest = kept
    .filter(({ profile }) => profile === null || filled.has(profile) || !emptied.has(profile))
    .map(({ text }) => text)
    .join('')
  return rest.trim() === '' ? null : rest
}
