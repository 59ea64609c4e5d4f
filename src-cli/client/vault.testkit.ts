import type { StreamAnswer, StreamOptions, VaultConnection } from '../../src-socket/vault-connection.ts'
import type { AnswerOf, SocketRequestName } from '#shared/socket-requests.ts'

/** Answers to requests by their names; a request without one fails. */
export type FakeAnswers = {
  readonly [Name in SocketRequestName]?: (
    argument: never,
    ask: { readonly body: () => Promise<string>; readonly notice: (notice: unknown) => void }
  ) => Promise<AnswerOf<Name>>
}

/** A vault in memory: notes in `calls` what it is asked, by name and arguments, and when it is left. */
export function fakeVault(answers: FakeAnswers, calls: unknown[]): VaultConnection {
  const vault: {
    readonly stream: (name: string, args: readonly unknown[], options: StreamOptions) => Promise<StreamAnswer>
  } & Pick<VaultConnection, 'close' | 'cancel'> = {
    stream: async (name, args, { body, onNotice }) => {
      calls.push([name, ...args])
      const answer = answers[name as SocketRequestName]
      if (answer === undefined) throw new Error(`${name} was not expected`)
      const ask = { body: () => textOf(body), notice: (notice: unknown) => onNotice?.(notice) }
      return { value: await answer(args[0] as never, ask), body: null }
    },
    cancel: async () => void calls.push(['cancel']),
    close: () => void calls.push(['close'])
  }
  return vault as Partial<VaultConnection> as VaultConnection
}

async function textOf(body: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const bytes of body ?? []) pieces.push(bytes)
  return Buffer.concat(pieces).toString()
}
