import { resolve } from 'node:path'
import { UsageError } from '../../terminal/command.ts'
import { checkArgument, namedCommand, typedValue } from './named-command.ts'

/** Keys of the tools that Latchkey knows, in the store or in key files of the person's own. */
export const toolKeyCommand = namedCommand({
  word: 'key of a tool',
  keeps: 'set',
  groupOf: () => ({ view: 'tool-key' }),
  checkValue: (args, given) => {
    checkArgument(args, given)
    const ways = [given !== undefined, args.has('keyfile'), args.has('take')].filter(Boolean)
    if (ways.length > 1) throw new UsageError('A value, --keyfile and --take do not go together.')
  },
  valueOf: async (run, given) => {
    const [keyfile, take] = [run.args.value('keyfile'), run.args.value('take')]
    if (keyfile !== null) return { kind: 'file', path: resolve(keyfile) }
    if (take !== null) return { kind: 'taken', path: resolve(take) }
    const value = await typedValue(run, given, 'The key: ')
    return value === null ? null : { kind: 'secret', value, hosts: null }
  }
})
