import type { NamedGroup, NamedOrder, NamedSecretName, NamedValue, NamedView } from '#shared/broker/named.ts'
import { VaultError } from '#shared/problem.ts'
import { cleanText } from '#shared/shown-text.ts'
import { doerOf, noteDone } from '../core/requests/activity-requests.ts'
import type { CatalogEntry } from '../core/credential-record.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'
import { CHANGED, isSameEntry } from '../core/use/given-tokens.ts'
import { confirmOver, type TokenAnswerPorts } from './token-answers.ts'

/** A group of named secrets. Every method throws INVALID_REQUEST for a name that the group does not take. */
export type NamedSecrets = {
  readonly list: () => Promise<readonly NamedView[]>
  /** The entry of that name, from the catalog alone. Null: no secret of that name is stored. */
  readonly entry: (name: string) => Promise<CatalogEntry | null>
  /** Durable when it resolves. Throws also KEYCHAIN_*, STORE_WRITE_FAILED, and CREDENTIAL_UNREADABLE for a key file. */
  readonly set: (name: string, value: NamedValue) => Promise<void>
  /** False: nothing of that name was stored. */
  readonly remove: (name: string) => Promise<boolean>
}

export type NamedAnswerPorts = Pick<TokenAnswerPorts, 'audit' | 'question'> & {
  readonly named: (group: NamedGroup) => NamedSecrets
}

/** The answers to the commands for named secrets. */
export function namedAnswers(ports: NamedAnswerPorts) {
  const { named } = ports
  return {
    /** Names that other programs wrote are cleaned here and nowhere else. */
    listNamed: async (group: NamedGroup): Promise<SocketAnswer> => ({
      value: (await named(group).list()).map((row) => ({ ...row, name: cleanText(row.name, MARK) }))
    }),
    setNamed: async ({ group, name, value, replace }: NamedOrder, caller: Caller): Promise<SocketAnswer> => {
      const secrets = named(group)
      const entry = value.kind === 'file' ? null : await secrets.entry(name)
      if (entry !== null) {
        if (!replace) throw new VaultError('INVALID_REQUEST', { message: TAKEN })
        await confirmOver(ports, caller)('replace', entry)
        if (!isSameEntry(await secrets.entry(name), entry)) throw changed()
      }
      await secrets.set(name, value)
      const stored = value.kind === 'file' ? null : await secrets.entry(name)
      if (stored !== null) await noteDone(ports.audit, 'store', stored.ref, doerOf(caller))
      return { value: null }
    },
    deleteNamed: async ({ group, name }: NamedSecretName, caller: Caller): Promise<SocketAnswer> => {
      const secrets = named(group)
      const entry = await secrets.entry(name)
      if (entry !== null) {
        await confirmOver(ports, caller)('delete', entry)
        if (!isSameEntry(await secrets.entry(name), entry)) throw changed()
      }
      const value = await secrets.remove(name)
      if (entry !== null) await noteDone(ports.audit, 'delete', entry.ref, doerOf(caller))
      return { value }
    }
  }
}

const MARK = '\uFFFD'
const changed = (): VaultError => new VaultError('INVALID_REQUEST', { message: CHANGED })
const TAKEN = 'Something is stored under this name already. Replace it, or use another name.'
