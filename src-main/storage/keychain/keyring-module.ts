type MaybePromise<T> = T | Promise<T>

/**
 * The part of @napi-rs/keyring that is used: entries, pinned to one store on Linux. Its own are synchronous, which
 * saves the hop to a thread and back; what hangs in one is ended together with the helper process.
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
   * On Linux of the Secret Service alone. Reads the secrets as well. GNOME Keyring ends (42.1, seen) when an item is
   * removed while it is read here; done in one go, none of this process's is.
   */
  readonly findCredentials: (service: string) => readonly { readonly account: string }[]
}

/**
 * Without the pin the module falls back to the kernel's keyring, which a reboot empties, and says nothing.
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
 * Returns a loader that imports the module once and gives null when it is missing. Rejects when the module is there
 * and breaks. Only the helper process may call it: a hung native call can not be ended inside a process.
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
