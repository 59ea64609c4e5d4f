import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SecureStore } from '../../src-main/storage/secure-store.ts'
import { createMemoryKeychain } from '../../src-main/storage/storage.testkit.ts'

/**
 * Stores that write files: every value sealed in a file, either alone or beside a keychain whose items are
 * too short for any value.
 */
export const fileStores = ['encrypted files', 'overflow files'] as const
export type FileStore = (typeof fileStores)[number]

/** Items of a keychain; they outlive the process. */
export type Items = ReadonlyMap<string, string>
export type OpenedStore = { readonly store: SecureStore; readonly items: () => Items }

/** The store in a folder as a new process finds it, over a keychain that holds `items`. */
export function openFileStore(kind: FileStore, root: string, items: Items = new Map()): OpenedStore {
  const keychain = createMemoryKeychain()
  for (const [name, item] of items) keychain.items.set(name, item)
  const store = new SecureStore('latchkey-fault', {
    fallbackDir: join(root, 'secrets'),
    forceFiles: kind === 'encrypted files',
    fallbackPolicy: kind === 'encrypted files' ? 'allow' : 'deny',
    keychainLoader: async () => keychain,
    maxItemLength: 200,
    overflowGraceMs: 0
  })
  return { store, items: () => new Map(keychain.items) }
}

export const KEY = '["crash.example.net","ada"]'

type Scenario = {
  readonly name: string
  /** Value that a reader finds before and after. Null: none. */
  readonly before: string | null
  readonly after: string | null
  readonly run: (store: SecureStore) => Promise<unknown>
}

const OLD = `old ${'o'.repeat(300)}`
const NEW = `new ${'n'.repeat(400)}`

export const fileScenarios: readonly Scenario[] = [
  { name: 'first write', before: null, after: NEW, run: (store) => store.set(KEY, NEW) },
  { name: 'overwrite', before: OLD, after: NEW, run: (store) => store.set(KEY, NEW) },
  { name: 'removal', before: OLD, after: null, run: (store) => store.delete(KEY) }
]

/** Prepares a store in which the scenario can begin; returns the items of its keychain. */
export async function prepareStore(kind: FileStore, root: string, { before }: Scenario): Promise<Items> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  const { store, items } = openFileStore(kind, root)
  if (before !== null) await store.set(KEY, before)
  await store.close()
  return items()
}

export type { Scenario as FileScenario }
