import * as v from 'valibot'
import type { UsableAccount } from '#shared/broker/agents.ts'
import { statusTable, statusWord } from '#shared/status.ts'
import { ask } from '../../client/ask.ts'
import { agentTool } from './agent-tool.ts'
import { MOST_TEXT } from './bounded.ts'

/** Names what can be used; no part of a credential. */
export const listAccounts = agentTool({
  name: 'list_accounts',
  title: 'List accounts',
  description:
    'Lists the services and accounts that requests can be sent with: hosts, scopes, and whether each works. No credential is shown.',
  input: v.strictObject({}),
  isReadOnly: true,
  run: async (_input, { vault }) => {
    const all = await ask(vault, 'listUsable', [])
    const shown: object[] = []
    let room = MOST_TEXT
    for (const account of all.map(view)) {
      room -= Buffer.byteLength(JSON.stringify(account))
      if (room < 0) break
      shown.push(account)
    }
    return { state: 'done', accounts: shown, left_out: all.length - shown.length }
  }
})

function view({ service, account, name, kind, status, scopes, hosts, readOnly }: UsableAccount): object {
  return {
    service,
    account,
    name,
    kind,
    status: statusWord(status),
    works: !statusTable[status.kind].needsAttention && status.kind !== 'locked',
    scopes,
    hosts,
    read_only: readOnly
  }
}
