import type { AuditRowView } from '#shared/broker/audit.ts'
import type { CredentialView } from '#shared/broker/credential-views.ts'
import { storeNames } from '#shared/store-names.ts'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { oneCredential } from '../../client/credentials.ts'
import type { HomeAnswers, ReachHomePorts } from '../../client/reach-home.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { exactTime, relativeTime } from '../../terminal/relative-time.ts'
import { tableLines } from '../../terminal/table.ts'
import { credentialJson } from './credential-fields.ts'
import { codeOf, nextStep, stateCell } from './credential-words.ts'

export type ShowCommandPorts = Pick<Terminal, 'write' | 'hasColour'> & ReachHomePorts

/** A program that used an entry, of the newest rows of the log. */
type UsedBy = { readonly client: string; readonly count: number; readonly lastAt: string }

/** The newest rows of the log that are counted. */
const ROWS = 1000

/** Shows everything that is known of one entry, masked. */
export const showCommand: Command<ShowCommandPorts> = {
  run: async (args, { reachHome, write, hasColour }) => {
    const [service = ''] = args.positionals
    const home = await reachHome('start')
    try {
      const view = await oneCredential(home, { service, account: args.value('account') })
      const usedBy = await usedByOf(home, view)
      write(
        args.has('json')
          ? args.json({ ...credentialJson(view), usedBy })
          : textOf(view, { usedBy, hasColour: hasColour() })
      )
      return codeOf([view]) === exitCodes.warnings ? exitCodes.ok : codeOf([view])
    } finally {
      home.close()
    }
  }
}

/** Who used the entry, the last first. Null: the log can’t be read now, such as that of a locked store. */
async function usedByOf(home: HomeAnswers, { id }: CredentialView): Promise<readonly UsedBy[] | null> {
  const wish = { limit: ROWS, credential: id, client: null, kind: 'intent' }
  try {
    const rows = (await home.stream('listAudit', [wish], {})).value as readonly AuditRowView[]
    const names = [...new Set(rows.map(({ clientName }) => clientName))]
    return names.map((client) => {
      const own = rows.filter(({ clientName }) => clientName === client)
      return { client, count: own.length, lastAt: own[0]?.at ?? '' }
    })
  } catch (error) {
    if (error instanceof VaultRefusal || isVaultError(error)) return null
    throw error
  }
}

const isVaultError = (error: unknown): boolean => (error as { readonly name?: unknown }).name === 'VaultError'

type Shown = { readonly usedBy: readonly UsedBy[] | null; readonly hasColour: boolean }

function textOf(view: CredentialView, { usedBy, hasColour }: Shown): string {
  const now = Date.now()
  const step = nextStep(view)
  const rows = [
    ['Service', `${view.name} (${view.service})`],
    ['Account', view.account],
    ['Type', kinds[view.kind]],
    ['Status', stateCell(view, hasColour)],
    ...(step === null ? [] : [['', `→ ${step}`]]),
    ['Value', view.masked],
    ['Expires', expiresText(view, now)],
    ...timeRows(view, now),
    ...listRows('Scopes', [...view.scopes, ...view.missingScopes.map((scope) => `${scope} (missing)`)]),
    ...textRow('Issuer', view.issuer),
    ...textRow('Client', view.clientId),
    ...textRow('For', view.resource ?? null),
    ...listRows('Hosts', view.allowedHosts),
    ['Kept in', storeNames[view.backend]],
    ...textRow('New key', view.rotation === null ? null : rotations[view.rotation.kind]),
    ...listRows('Allowed to', view.allowedTo),
    ...listRows('Used by', usedBy?.map((used) => usedText(used, now)) ?? ['the log can’t be read now'])
  ]
  return `${tableLines(rows).join('\n')}\n`
}

const kinds = {
  oauth: 'sign-in',
  'api-key': 'API key',
  aws: 'access keys of AWS',
  mcp: 'token of an MCP host',
  extension: 'setting of an extension'
}
const rotations = {
  prepared: 'stored, not in use yet: latchkey rotate',
  switched: 'in use; the former one is kept for a day'
}

function expiresText({ expiry, renewable, status }: CredentialView, now: number): string {
  if (status.kind === 'locked') return 'hidden while the store is locked'
  if (expiry.kind === 'never') return 'never'
  if (expiry.kind === 'unknown') return 'not known; the provider did not say'
  return `${exactTime(expiry.at, now)}${renewable ? ', refreshes automatically' : ''}`
}

function timeRows(view: CredentialView, now: number): string[][] {
  const times: readonly (readonly [string, string | null])[] = [
    ['Added', view.obtainedAt],
    ['Refreshed', view.refreshedAt],
    ['Next refresh', view.nextRefreshAt],
    ['Use before', view.useBefore],
    ['Sign in before', view.signInBefore],
    ['Last used', view.lastUsedAt]
  ]
  return times.flatMap(([label, at]) => (at === null ? [] : [[label, exactTime(at, now)]]))
}

const textRow = (label: string, text: string | null): string[][] => (text === null ? [] : [[label, text]])

const listRows = (label: string, lines: readonly string[]): string[][] =>
  lines.map((line, index) => [index === 0 ? label : '', line])

const usedText = ({ client, count, lastAt }: UsedBy, now: number): string =>
  `${client}, ${count === 1 ? 'once' : `${count} times`}, last ${relativeTime(lastAt, now)}`
