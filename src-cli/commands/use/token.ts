import type { HandOutRequest, RevealAnswer } from '#shared/broker/use.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { permitted } from '../../client/permitted.ts'
import { currentRun } from '../../client/run-secret.ts'
import { whereabouts } from '../../client/whereabouts.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

export type TokenCommandPorts = Pick<Terminal, 'write' | 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Prints the value of a credential, after an approval of its own. */
export const tokenCommand: Command<TokenCommandPorts> = {
  run: async (args, { openVault, write, writeError }) => {
    const wish: HandOutRequest = {
      service: args.positionals[0] ?? '',
      account: args.value('account'),
      host: null,
      scope: args.value('scope'),
      reason: args.value('reason'),
      waits: !args.has('no-prompt'),
      ...currentRun(),
      ...whereabouts()
    }
    const vault = await openVault()
    try {
      const answer = await permitted(
        vault,
        { request: 'reveal', args: [wish], mayAsk: wish.waits, repeat: 'nothing-sent' },
        writeError
      )
      const { value, header } = answer.value as Extract<RevealAnswer, { kind: 'revealed' }>
      writeError('latchkey: this is the real value; whoever has it can use it without Latchkey\n')
      if (args.has('json')) write(args.json({ value, header }))
      else write(`${args.has('header') ? header : value}\n`)
      return exitCodes.ok
    } finally {
      vault.close()
    }
  }
}
