import { isAbsolute } from 'node:path'
import { pathToFileURL, fileURLToPath } from 'node:url'
import { VaultError, type ProblemCode } from '#shared/problem.ts'
import type { SecretBackend } from '../../core/ports.ts'
import { withDeadline } from '../store/deadline.ts'
import { faultOfPath } from '../files/owned-path.ts'
import { assertStorableKey, assertStorableValue } from '../files/file-names.ts'
import * as nodeModule from 'node:module'

const CALL_MS = 30_000
const operations = ['get', 'set', 'delete', 'list'] as const
type Operation = (typeof operations)[number]
type ForeignBackend = Record<Operation, (...args: unknown[]) => unknown>

export type CustomBackendOptions = {
  /**
   * Absolute path of the module. It exports `createBackend(options)`, which returns an object with get, set,
   * delete and list.
   */
  readonly module: string
  /** Passed to `createBackend` unchanged. */
  readonly options: unknown
  /** Time limit of one call in milliseconds; default: 30 seconds. */
  readonly callMs?: number
}

/**
 * A person's own store. It runs inside the vault process with all of its rights, so its file, the folders
 * above it and its imports must be writable by that person alone. Throws CONFIG_INVALID if it can't be loaded
 * or has another shape. Its later errors are not passed on: a failed read becomes CREDENTIAL_UNREADABLE, a
 * failed write STORE_WRITE_FAILED; an answer of a wrong type is treated in the same way.
 */
export async function createCustomBackend(custom: CustomBackendOptions): Promise<SecretBackend> {
  const foreign = await load(custom)
  const call = async (operation: Operation, code: ProblemCode, ...args: string[]): Promise<unknown> => {
    try {
      const answer = Promise.resolve().then(() => foreign[operation](...args))
      return await withDeadline(answer, custom.callMs ?? CALL_MS)
    } catch {
      throw new VaultError(code, {
        message: `The custom store failed at ${operation}, or did not answer in time.`
      })
    }
  }
  return {
    id: 'custom',
    get: async (key) => {
      assertStorableKey(key)
      const value = await call('get', 'CREDENTIAL_UNREADABLE', key)
      if (value === null || typeof value === 'string') return value
      throw wrongAnswer('get', 'CREDENTIAL_UNREADABLE', 'a text, or null for an absent key')
    },
    set: async (key, value) => {
      assertStorableKey(key)
      assertStorableValue(value)
      await call('set', 'STORE_WRITE_FAILED', key, value)
    },
    delete: async (key) => {
      assertStorableKey(key)
      const deleted = await call('delete', 'STORE_WRITE_FAILED', key)
      if (typeof deleted === 'boolean') return deleted
      throw wrongAnswer('delete', 'STORE_WRITE_FAILED', 'true or false')
    },
    list: async () => {
      const keys = await call('list', 'CREDENTIAL_UNREADABLE')
      if (Array.isArray(keys) && keys.every((key) => typeof key === 'string')) return keys.toSorted()
      throw wrongAnswer('list', 'CREDENTIAL_UNREADABLE', 'a list of texts')
    }
  }
}

async function load({ module, options }: CustomBackendOptions): Promise<ForeignBackend> {
  if (!isAbsolute(module)) throw unusable('is not named by an absolute path')
  const fault = judged(module)
  if (fault !== null) throw unusable(fault)
  const { href } = pathToFileURL(module)
  const importFault = judgeImportsOf(href)
  const loaded = (await import(/* @vite-ignore */ href).catch(() => {
    const imported = importFault()
    throw unusable(imported === null ? 'can’t be loaded' : `imports a file that ${imported}`)
  })) as { createBackend?: unknown }
  const create = loaded.createBackend
  if (typeof create !== 'function') throw unusable('does not export a function createBackend')
  const made = await madeBy(() => create(options) as unknown)
  const lacking = operations.filter((name) => typeof Reflect.get(made, name) !== 'function')
  if (lacking.length > 0) throw unusable(`makes a store without ${lacking.join(', ')}`)
  return made as ForeignBackend
}

/** Returns the fault of the module file. Null: it may be run. */
function judged(module: string): string | null {
  try {
    return faultOfPath(module)
  } catch {
    return 'does not exist'
  }
}

async function madeBy(create: () => unknown): Promise<object> {
  const made: unknown = await Promise.resolve()
    .then(create)
    .catch(() => {
      throw unusable('failed in createBackend')
    })
  if (typeof made !== 'object' || made === null) throw unusable('made no store in createBackend')
  return made
}

function unusable(why: string): VaultError {
  return new VaultError('CONFIG_INVALID', { message: `The module of the custom store ${why}.` })
}

function wrongAnswer(operation: Operation, code: ProblemCode, expected: string): VaultError {
  return new VaultError(code, { message: `The custom store must answer ${operation} with ${expected}.` })
}

/** Fault of an import of the module. Null: all of its files are writable by the person alone. */
type ImportFault = string | null

/**
 * From now on every file that this module imports, directly or indirectly, is judged before it is run; a file
 * with a fault is never run. Returns a function that gives the first fault. In a Node without such hooks
 * (before 22.15) only the module itself is judged, by the caller. (nodejs.org: module.registerHooks)
 */
function judgeImportsOf(module: string): () => ImportFault {
  let fault: ImportFault = null
  const own = new Set([module])
  // Absent in an older Node: the command line runs in the person's own.
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
