import { createReadStream } from 'node:fs'
import type { UseAnswer, UseRequest } from '#shared/broker/use.ts'
import type { StreamAnswer, VaultConnection } from '../../../src-socket/vault-connection.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { repeatOf } from '../../client/lost-request.ts'
import { permitted } from '../../client/permitted.ts'
import { currentRun } from '../../client/run-secret.ts'
import { whereabouts } from '../../client/whereabouts.ts'

export type RequestCommandPorts = Pick<Terminal, 'write' | 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
  /** Writes bytes to standard output and waits until there is room for more. */
  readonly writeBytes: (bytes: Uint8Array) => Promise<void>
  readonly readBytes: () => AsyncIterable<Uint8Array>
}

type Answered = Extract<UseAnswer, { kind: 'answer' }>

/** Sends one request with a credential that this program never sees. */
export const requestCommand: Command<RequestCommandPorts> = {
  run: async (args, ports) => {
    const request = requestOf(args)
    const vault = await ports.openVault()
    // The end of this process ends its connection, and with it the request upstream.
    const cancel = (): void => process.exit(exitCodes.interrupted)
    process.once('SIGINT', cancel)
    try {
      const answer = await permitted(
        vault,
        {
          request: 'use',
          args: [request],
          body: () => bodyOf(args, ports),
          mayAsk: request.waits,
          repeat: repeatOf(request.method)
        },
        ports.writeError
      )
      return await printed(answer, args, ports)
    } finally {
      process.off('SIGINT', cancel)
      vault.close()
      // An open standard input would keep this program alive.
      if (args.value('data-file') === '-') process.stdin.destroy()
    }
  }
}

function requestOf(args: Arguments): UseRequest {
  const [service = '', url = ''] = args.positionals
  const hasBody = args.value('data') !== null || args.value('data-file') !== null
  if (args.value('data') !== null && args.value('data-file') !== null) {
    throw new UsageError('--data and --data-file do not go together.')
  }
  if (args.has('include') && args.has('json')) {
    throw new UsageError('--include and --json do not go together.')
  }
  return {
    service,
    account: args.value('account'),
    method: (args.value('method') ?? (hasBody ? 'POST' : 'GET')).toUpperCase(),
    url,
    headers: args.values('header').map(headerOf),
    hasBody,
    scope: args.value('scope'),
    reason: args.value('reason'),
    waits: !args.has('no-prompt'),
    ...currentRun(),
    ...whereabouts()
  }
}

function headerOf(text: string): [string, string] {
  const at = text.indexOf(':')
  if (at < 1) throw new UsageError('--header is written NAME: VALUE.')
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

function bodyOf(args: Arguments, { readBytes }: RequestCommandPorts): AsyncIterable<Uint8Array> | null {
  const text = args.value('data')
  if (text !== null) return textBody(text)
  const file = args.value('data-file')
  if (file === null) return null
  return file === '-' ? readBytes() : createReadStream(file)
}

async function* textBody(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function printed(
  { value, body }: StreamAnswer,
  args: Arguments,
  { write, writeBytes }: RequestCommandPorts
): Promise<number> {
  const answer = value as Answered
  if (args.has('json')) {
    const { answerJson } = await import('./answer-json.ts')
    write(args.json(await answerJson(answer, body)))
  } else {
    if (args.has('include')) await writeBytes(headOf(answer))
    for await (const bytes of body ?? []) await writeBytes(bytes)
  }
  return answer.status < 400 ? exitCodes.ok : exitCodes.warnings
}

function headOf({ status, statusText, headers }: Answered): Uint8Array {
  const lines = [`HTTP ${status} ${statusText}`, ...headers.map(([name, text]) => `${name}: ${text}`)]
  return Buffer.from([...lines, '', ''].join('\n'))
}
