import type { CredentialView } from '#shared/broker/credential-views.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { oneCredential } from '../../client/credentials.ts'
import { type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { credentialJson } from '../see/credential-fields.ts'
import { expiryWords } from '../see/credential-words.ts'

export type RefreshCommandPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Refreshes the tokens of one entry now, or of all. */
export const refreshCommand: Command<RefreshCommandPorts> = {
  run: async (args, { openVault, write }) => {
    const [service] = args.positionals
    if (args.has('all') === (service !== undefined)) throw new UsageError('Give a SERVICE, or --all.')
    const vault = await openVault()
    try {
      if (service === undefined) {
        const { refreshed, failed } = (await vault.ask('refreshAll')) as Refreshed
        if (args.has('json')) write(args.json({ refreshed, failed }))
        else write(`${refreshed} refreshed, ${failed} failed.\n`)
        return failed === 0 ? exitCodes.ok : exitCodes.warnings
      }
      const before = await oneCredential(vault, { service, account: args.value('account') })
      const summary = (await vault.ask('refresh', before.id)) as CredentialSummary
      const view: CredentialView = { ...summary, allowedTo: before.allowedTo }
      if (args.has('json')) write(args.json(credentialJson(view)))
      else write(`Refreshed ${view.service}, ${view.account}: expires ${expiryWords(view, Date.now())}.\n`)
      return exitCodes.ok
    } finally {
      vault.close()
    }
  }
}

type Refreshed = { readonly refreshed: number; readonly failed: number }
