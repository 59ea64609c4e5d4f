import type { KeychainAdapter, KeychainLoader } from './keychain-adapter.ts'

export type EndableKeychain = {
  readonly load: KeychainLoader
  /** Ends the helper now; the next use starts another one. */
  readonly end: () => void
  /** From now on a `close` of the adapter ends the helper for good. */
  readonly last: () => void
  /** Ends the helper for good. */
  readonly close: () => void
}

/**
 * One keychain for a whole vault. A move closes the store that it leaves and a later move may return to it;
 * so closing ends the helper only, and the next use starts another one.
 */
export function endableKeychain(load: KeychainLoader): EndableKeychain {
  let adapter: KeychainAdapter | null = null
  let isLast = false
  const end = (): void => adapter?.interrupt?.()
  const close = (): void => adapter?.close?.()
  return {
    load: async () => {
      const loaded = await load()
      adapter = loaded
      return loaded && { ...loaded, close: () => (isLast ? close() : end()) }
    },
    end,
    last: () => {
      isLast = true
    },
    close
  }
}
