import {
  type AnswerOf,
  answerFrom,
  type ArgumentsOf,
  type SocketRequestName
} from '#shared/socket-requests.ts'
import type { StreamOptions, VaultConnection } from '../../src-socket/vault-connection.ts'

/**
 * Asks the vault and reads the answer as the table of requests describes it. Rejects with VaultRefusal, and with
 * VaultError PROTOCOL_MISMATCH for an answer of another form.
 */
export async function ask<Name extends SocketRequestName>(
  vault: Pick<VaultConnection, 'stream'>,
  name: Name,
  args: ArgumentsOf<Name>,
  options: StreamOptions = {}
): Promise<AnswerOf<Name>> {
  const { value } = await vault.stream(name, args, options)
  return answerFrom(name, value)
}
