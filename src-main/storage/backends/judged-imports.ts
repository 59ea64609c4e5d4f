import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { faultOfPath } from '../files/owned-path.ts'

/** What a module and all that it imports were found to be; null: the person's own to write. */
export type ImportFault = string | null

/**
 * From now on every file that this module imports, and what those import, is judged before it is run; one with a fault
 * is not run, now or later. The answer tells the first fault. Where Node has no such hooks (before 22.15) nothing is
 * judged but the module itself, which the caller does. (nodejs.org: module.registerHooks)
 */
export function judgeImportsOf(module: string): () => ImportFault {
  let fault: ImportFault = null
  const own = new Set([module])
  // Absent in the Node that runs the command line where the person's own is older.
  const register: typeof nodeModule.registerHooks | undefined = Reflect.get(nodeModule, 'registerHooks')
  register?.({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context)
      if (context.parentURL === undefined || !own.has(withoutQuery(context.parentURL))) return resolved
      if (!resolved.url.startsWith('file:')) return resolved
      const found = faultOfPath(fileURLToPath(withoutQuery(resolved.url)))
      if (found !== null) {
        fault ??= found
        throw new Error('A module that the custom store imports is not the person’s own.')
      }
      own.add(withoutQuery(resolved.url))
      return resolved
    }
  })
  return () => fault
}

const withoutQuery = (url: string): string => url.replace(/[?#].*$/, '')
