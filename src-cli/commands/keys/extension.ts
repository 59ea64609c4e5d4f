import { resolve } from 'node:path'
import type { Arguments } from '../../terminal/command.ts'
import { UsageError } from '../../terminal/command.ts'
import { checkArgument, namedCommand, typedValue } from './named-command.ts'

/** Settings of an extension: secrets in the store, the rest in the extension's `.env`. */
export const extensionCommand = namedCommand({
  word: 'setting',
  keeps: 'set',
  before: 1,
  groupOf: (args: Arguments) => {
    const [, extension] = args.positionals
    if (extension === undefined) throw new UsageError('The name of the EXTENSION is missing.')
    return { view: 'extension', extension, folder: resolve(args.value('folder') ?? '.') }
  },
  checkValue: (args, given) => {
    checkArgument(args, given)
    if (given !== undefined && args.has('take'))
      throw new UsageError('A value and --take do not go together.')
  },
  valueOf: async (run, given) => {
    if (run.args.has('take')) return { kind: 'taken', path: null }
    const value = await typedValue(run, given, 'The secret: ')
    return value === null ? null : { kind: 'secret', value, hosts: null }
  }
})
