import { join } from 'node:path'
import { forkHelper } from './helper-process.ts'
import { helperKeytarLoader } from './keychain-client.ts'
import type { KeytarLoader } from './keytar-adapter.ts'

/**
 * The keychain through a helper forked from the module beside this one, for plain Node. Electron's composition root
 * passes a loader of its own, over `utilityProcess`.
 */
export function defaultKeytarLoader(): KeytarLoader {
  const helper = import.meta.filename.endsWith('.ts') ? 'keychain-helper.ts' : 'keychain-helper.js'
  return helperKeytarLoader(forkHelper(join(import.meta.dirname, helper)))
}
