import type { Arguments } from '../../terminal/command.ts'
import { UsageError } from '../../terminal/command.ts'
import type { NamedPorts } from './named.ts'
import { namedCommand } from './named-command.ts'

/** Tokens of MCP servers, as their hosts write them in JSON. */
export const mcpTokenCommand = namedCommand({
  word: 'token',
  keeps: 'set',
  groupOf: () => ({ view: 'mcp-token' }),
  checkValue: (_args, given) => {
    if (given !== undefined) throw new UsageError('The tokens are JSON on standard input, not an argument.')
  },
  valueOf: async ({ ports }) => {
    const text = ports.isInteractive()
      ? await ports.askSecret('The JSON, in one line: ')
      : await textOf(ports)
    return text === null || text.trim() === '' ? null : { kind: 'secret', value: text, hosts: null }
  },
  others: { import: importFile }
})

async function textOf({ readBytes }: NamedPorts): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const bytes of readBytes()) pieces.push(bytes)
  return Buffer.concat(pieces).toString()
}

/** The same as `latchkey import`, which reads the files of MCP hosts. */
async function importFile(args: Arguments, ports: NamedPorts): Promise<number> {
  const [, file, ...more] = args.positionals
  if (file === undefined || more.length > 0) throw new UsageError('Name one FILE to import.')
  const { importCommand } = await import('../transfer/import.ts')
  const importing = {
    ...args,
    positionals: [file],
    has: (name: string) => name === 'replace' && args.has('yes')
  }
  return await importCommand.run(importing, ports)
}
