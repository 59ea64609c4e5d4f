import { credentialKey } from '#shared/credential.ts'
import type { AnswerOf } from '#shared/socket-requests.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { oneCredential } from '../../client/credentials.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

type SignedOut = AnswerOf<'signOut'>
export type SignOutCommandPorts = Pick<Terminal, 'write'> & {
  readonly openVault: () => Promise<VaultConnection>
}

const there: Readonly<Record<SignedOut['revoked'] | 'not-asked', string>> = {
  yes: 'revoked',
  no: 'not confirmed; end the access on the provider’s own page',
  unsupported: 'not revoked, the provider offers no way; end the access on its own page',
  'not-asked': 'not asked, the access may go on'
}

const listed = 'Still listed:    “latchkey sign-outs” lists it until you mark it as done\n'

export const signOutCommand: Command<SignOutCommandPorts> = {
  run: async ({ positionals: [service = '', account = ''], has, json }, { openVault, write }) => {
    const vault = await openVault()
    try {
      const id =
        account === ''
          ? (await oneCredential(vault, { service, account: null })).id
          : credentialKey({ service, account })
      const { removed, revoked, isNoted } = has('forget')
        ? await forget(vault, id)
        : await ask(vault, 'signOut', [id])
      const here = removed ? 'deleted' : 'nothing was left to delete'
      write(
        has('json')
          ? json({ removed, revoked, isNoted })
          : `Here:            ${here}\nAt the provider: ${there[revoked]}\n${isNoted ? listed : ''}`
      )
      return revoked === 'yes' || revoked === 'not-asked' ? exitCodes.ok : exitCodes.warnings
    } finally {
      vault.close()
    }
  }
}

async function forget(vault: VaultConnection, id: string) {
  await ask(vault, 'remove', [id])
  return { removed: true, revoked: 'not-asked', isNoted: false } as const
}
