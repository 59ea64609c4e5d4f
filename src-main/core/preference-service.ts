import type { ServiceId } from '#shared/credential.ts'
import { type Preferences, readPreferences } from '#shared/preferences.ts'

type PreferencePorts = {
  /** Returns the preferences that were written last, by any version. Null: none, or unreadable. */
  readonly read: () => unknown
  /** Throws STORE_WRITE_FAILED. */
  readonly write: (value: Preferences) => void
  readonly onChange: (value: Preferences) => void
}

/** The person's choices. A choice that another version wrote differently falls back to its default. */
export class PreferenceService {
  readonly #ports: PreferencePorts
  #value: Preferences | null = null

  constructor(ports: PreferencePorts) {
    this.#ports = ports
  }

  get(): Preferences {
    return (this.#value ??= readPreferences(this.#ports.read()))
  }

  /**
   * Uses the browser for this provider from now on. A choice that can't be written has to be made again next
   * time.
   */
  useBrowserFor(service: ServiceId): void {
    const value = this.get()
    if (value.browserFor.includes(service)) return
    try {
      this.set({ ...value, browserFor: [...value.browserFor, service] })
    } catch {
      // The failed write must not stop the sign-in under way.
    }
  }

  /** Throws STORE_WRITE_FAILED; the old choices then stay. */
  set(value: Preferences): void {
    this.#ports.write(value)
    this.#value = value
    this.#ports.onChange(value)
  }
}
