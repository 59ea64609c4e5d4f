import { parse } from 'yaml'
import * as v from 'valibot'
import { credentialRef, DEFAULT_ACCOUNT, hostName } from '#shared/credential.ts'
import type { Found, FoundEntry } from '../../core/transfer/transfer-ports.ts'
import { fieldsOf, keyEntry, type ParseContext, refuse, refusedEntry, UNKNOWN } from './found-entries.ts'

const GITHUB = 'github.com'
const IN_KEYRING =
  'gh keeps this token in the keychain of the system and not in the file. Run “gh auth token” and paste it.'
const STILL_USED = 'gh goes on using its file; without it gh is signed out.'

type Fields = Readonly<Record<string, unknown>>

/**
 * The accounts of GitHub's command line, of its old layout (one token for each host) and its new one (`users`). A token
 * that gh keeps elsewhere is named and can't be imported. Throws INVALID_REQUEST if it is no such file.
 */
export function parseGhHosts(text: string, { now, services }: ParseContext): Found {
  const hosts = fieldsOf(yamlOf(text)) ?? {}
  const entries: FoundEntry[] = []
  const skipped: string[] = []
  for (const [index, [host, value]] of Object.entries(hosts).entries()) {
    const settings = fieldsOf(value)
    if (settings === null || !v.is(hostName, host)) {
      skipped.push(`Entry ${index + 1} is not a host of gh.`)
      continue
    }
    const row = host === GITHUB ? services.find(({ id }) => id === 'github-token') : undefined
    const service = row?.id ?? host.replaceAll(':', '-')
    for (const [user, token] of accountsOf(settings)) {
      const ref = { service, account: user }
      if (!v.is(credentialRef, ref)) {
        skipped.push(`Entry ${index + 1} has a user whose name can not be kept.`)
        continue
      }
      const shared = { ref, name: row?.name ?? host }
      entries.push(
        token === null
          ? refusedEntry({ ...shared, kind: 'api-key' }, IN_KEYRING)
          : keyEntry(
              {
                ...shared,
                value: token,
                hosts: row?.allowedHosts ?? [host],
                expiry: UNKNOWN,
                note: STILL_USED
              },
              now
            )
      )
    }
  }
  if (entries.length === 0) throw refuse('This is not a hosts file of GitHub’s command line.')
  return { format: 'gh-hosts', entries, skipped, leavesSecrets: skipped.length > 0, rest: null }
}

/** The users of a host with their tokens; null: gh keeps it elsewhere. Both layouts may stand side by side. */
function accountsOf(settings: Fields): ReadonlyMap<string, string | null> {
  const accounts = new Map<string, string | null>()
  for (const [user, value] of Object.entries(fieldsOf(settings['users']) ?? {})) {
    accounts.set(user, tokenOf(fieldsOf(value)))
  }
  const active = typeof settings['user'] === 'string' ? settings['user'] : DEFAULT_ACCOUNT
  const isNamed = typeof settings['user'] === 'string' || accounts.size === 0
  const isHost = tokenOf(settings) !== null || 'user' in settings || 'git_protocol' in settings
  if (isHost && isNamed) accounts.set(active, accounts.get(active) ?? tokenOf(settings))
  return accounts
}

function tokenOf(fields: Fields | null): string | null {
  const token = fields?.['oauth_token']
  return typeof token === 'string' && token !== '' ? token : null
}

/** Every value as the text that stands there: a token of digits stays what it is. Null: not YAML. */
function yamlOf(text: string): unknown {
  try {
    return parse(text, { schema: 'failsafe', logLevel: 'silent', maxAliasCount: 0 }) as unknown
  } catch {
    return null
  }
}
