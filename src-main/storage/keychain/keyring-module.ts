type MaybePromise<T> = T | Promise<T>

/**
 * The part of @napi-rs/keyring that is used: entries, pinned to one store on Linux. Its own methods are
 * synchronous, which saves the switch to a thread and back; a hung one ends together with the helper process.
 */
export type KeyringEntry = {
  getPassword(): MaybePromise<string | null | undefined>
  setPassword(password: string): MaybePromise<void>
  deletePassword(): MaybePromise<boolean>
}
type EntryOptions = { linux: { store: 'secret-service' } }
export type KeyringModule = {
  readonly Entry: new (service: string, account: string, options: EntryOptions) => KeyringEntry
  /**
   * Finds items of the Secret Service only, on Linux, and reads their secrets as well. GNOME Keyring crashes
   * (seen in 42.1) if an item is removed while it is read here; the call is synchronous, so this process
   * removes no item meanwhile.
   */
  readonly findCredentials: (service: string) => readonly { readonly account: string }[]
}

/**
 * Without the pin the module silently falls back to the kernel's keyring, which a reboot empties.
 * (@napi-rs/keyring, EntryOptions.linux.store)
 */
export const pinnedToSecretService: EntryOptions = { linux: { store: 'secret-service' } }

const packageName = '@napi-rs/keyring'
const missingCodes: readonly unknown[] = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED']

/** True if importing failed because the module or its binary for this platform is not installed. */
function isModuleMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return missingCodes.includes((error as NodeJS.ErrnoException).code) || error.message.includes(packageName)
}

/**
 * Returns a loader that imports the module once and gives null if it is missing. Rejects if the module is
 * there but broken. Only the helper process may call it: a hung native call can't be ended inside a process.
 */
export function keyringLoader(
  importModule: () => Promise<unknown> = () => import('@napi-rs/keyring')
): () => Promise<KeyringModule | null> {
  let loaded: Promise<KeyringModule | null> | null = null
  return () => (loaded ??= load(importModule))
}

async function load(importModule: () => Promise<unknown>): Promise<KeyringModule | null> {
  try {
    const module = (await importModule()) as Partial<KeyringModule> & { default?: KeyringModule }
    const found = module.Entry ? (module as KeyringModule) : module.default
    return found?.Entry ? found : null
  } catch (error) {
    if (isModuleMissing(error)) return null
    throw error
  }
}
