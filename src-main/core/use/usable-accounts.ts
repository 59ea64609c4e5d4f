import type { UsableAccount } from '#shared/broker/agents.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { Client } from './client.ts'
import type { UsePorts } from './use-ports.ts'

type Ports = Pick<UsePorts, 'repository' | 'rulesFor'> & {
  /** Null: it is not in the list. */
  readonly summaryOf: (ref: {
    readonly service: string
    readonly account: string
  }) => Pick<CredentialSummary, 'name' | 'kind' | 'status' | 'scopes'> | null
}

const MARK = '�'

/**
 * What a client may use, by service and account. What the policy keeps from it is left out.
 * Throws CONFIG_INVALID as `rulesFor`.
 */
export async function usableAccounts(ports: Ports, client: Client): Promise<UsableAccount[]> {
  const all: UsableAccount[] = []
  for (const entry of ports.repository.list()) {
    const rules = await ports.rulesFor(entry, client)
    const summary = ports.summaryOf(entry.ref)
    if (rules === null || summary === null) continue
    const { kind, scopes, status } = summary
    const { hosts, readOnly } = rules
    all.push({
      service: entry.ref.service,
      account: cleanText(entry.ref.account, MARK),
      name: cleanText(summary.name, MARK),
      kind,
      status,
      scopes: [...scopes],
      hosts: [...hosts],
      readOnly
    })
  }
  return all.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
}

const keyOf = ({ service, account }: Pick<UsableAccount, 'service' | 'account'>): string =>
  JSON.stringify([service, account])
