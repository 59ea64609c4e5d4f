import * as v from 'valibot'
import { credentialRef, DEFAULT_ACCOUNT, hostName } from '#shared/credential.ts'
import type { Found, FoundEntry } from '../../core/transfer/transfer-ports.ts'
import { readYaml } from '../files/yaml-text.ts'
import { fieldsOf, keyEntry, type ParseContext, refuse, refusedEntry, UNKNOWN } from './found-entries.ts'
import { unreadSecrets } from './secret-names.ts'

const GITHUB = 'github.com'
const IN_KEYRING =
  'gh keeps this token in the keychain of the system and not in the file. Run “gh auth token” and paste it.'
const BROKEN_TOKEN = 'Its token has a space or a line end in it; a quote may be missing in the file.'
const STILL_USED = 'gh still uses its file; without the file, gh is signed out.'

const hostFields: ReadonlySet<string> = new Set(['user', 'users', 'oauth_token', 'git_protocol'])

type Fields = Readonly<Record<string, unknown>>

type Account = {
  /** Null: gh keeps it elsewhere. */
  readonly token: string | null
  /** True: the file has a second, different token of the same user, which gh does not use. */
  readonly hasOther: boolean
}
type Parts = { readonly entries: FoundEntry[]; readonly skipped: string[] }

/**
 * Reads the accounts of GitHub's command line, in its old layout (a token for each host) and its new one
 * (`users`). A token that gh keeps elsewhere is listed and can't be imported. Throws INVALID_REQUEST if the
 * file is of another kind or a part of it can't be read.
 */
export function parseGhHosts(text: string, context: ParseContext): Found {
  const read = readYaml(text, 'failsafe')
  if (read.kind === 'broken') {
    throw refuse(
      `This hosts file of GitHub’s command line can’t be read: line ${read.line}, ${read.fault}. Nothing was taken from it.`
    )
  }
  const parts: Parts = { entries: [], skipped: [] }
  for (const [index, [host, value]] of Object.entries(fieldsOf(read.value) ?? {}).entries()) {
    const settings = fieldsOf(value)
    if (settings === null || !v.is(hostName, host)) {
      parts.skipped.push(`Entry ${index + 1} is not a host of gh.`)
      continue
    }
    for (const name of unreadSecrets(settings, hostFields, context.services)) {
      parts.skipped.push(`Entry ${index + 1}: ${name} may hold a secret too, and it was not read.`)
    }
    for (const [user, account] of accountsOf(settings)) {
      addAccount(
        { place: `Entry ${index + 1}`, host: v.parse(hostName, host), user, account },
        context,
        parts
      )
    }
  }
  const { entries, skipped } = parts
  if (entries.length === 0) throw refuse('This is not a hosts file of GitHub’s command line.')
  return { format: 'gh-hosts', entries, skipped, leavesSecrets: skipped.length > 0, rest: null }
}

type Place = {
  readonly place: string
  readonly host: string
  readonly user: string
  readonly account: Account
}

function addAccount(
  { place, host, user, account }: Place,
  { now, services }: ParseContext,
  { entries, skipped }: Parts
): void {
  const row = host === GITHUB ? services.find(({ id }) => id === 'github-token') : undefined
  const ref = { service: row?.id ?? host.replaceAll(':', '-'), account: user }
  if (!v.is(credentialRef, ref)) {
    skipped.push(`${place} has a user whose name can’t be kept.`)
    return
  }
  const shared = { ref, name: row?.name ?? host, kind: 'api-key' as const }
  if (account.token === null) entries.push(refusedEntry(shared, IN_KEYRING))
  else if (/\s/.test(account.token)) entries.push(refusedEntry(shared, BROKEN_TOKEN))
  else {
    const hosts = row?.allowedHosts ?? [host]
    entries.push(keyEntry({ ...shared, value: account.token, hosts, expiry: UNKNOWN, note: STILL_USED }, now))
  }
  if (account.hasOther) skipped.push(`${place} has a second token of the same user, which gh does not use.`)
}

/** Returns the users of a host with their tokens. The file may use both layouts at once. */
function accountsOf(settings: Fields): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>()
  for (const [user, value] of Object.entries(fieldsOf(settings['users']) ?? {})) {
    accounts.set(user, { token: tokenOf(fieldsOf(value)), hasOther: false })
  }
  const active = typeof settings['user'] === 'string' ? settings['user'] : DEFAULT_ACCOUNT
  const token = tokenOf(settings)
  const isNamed = typeof settings['user'] === 'string' || accounts.size === 0
  const isHost = token !== null || 'user' in settings || 'git_protocol' in settings
  if (!isHost || !(isNamed || token !== null)) return accounts
  const own = accounts.get(active)?.token ?? null
  // If both have a token, gh uses the host's (cli/cli#10136).
  return accounts.set(active, {
    token: token ?? own,
    hasOther: token !== null && own !== null && own !== token
  })
}

function tokenOf(fields: Fields | null): string | null {
  const token = fields?.['oauth_token']
  return typeof token === 'string' && token !== '' ? token : null
}
