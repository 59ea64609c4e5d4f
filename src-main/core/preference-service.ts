import type { ServiceId } from '#shared/credential.ts'
import { type Preferences, readPreferences } from '#shared/preferences.ts'

type PreferencePorts = {
  /** What was stored last, however old; null: nothing, or nothing that can be read. */
  readonly read: () => unknown
  /** Throws STORE_WRITE_FAILED. */
  readonly write: (value: Preferences) => void
  readonly onChange: (value: Preferences) => void
}

/** The person's choices. One that an older or newer version wrote differently falls back to its default. */
export class PreferenceService {
  readonly #ports: PreferencePorts
  #value: Preferences | null = null

  constructor(ports: PreferencePorts) {
    this.#ports = ports
  }

  get(): Preferences {
    return (this.#value ??= readPreferences(this.#ports.read()))
  }

  /** From now on the browser is used for this provider. What can't be written down is asked for again next time. */
  useBrowserFor(service: ServiceId): void {
    const value = this.get()
    if (value.browserFor.includes(service)) return
    try {
      this.set({ ...value, browserFor: [...value.browserFor, service] })
    } catch {
      // The sign-in under way matters more.
    }
  }

  /** Throws STORE_WRITE_FAILED; the old choices then stay. */
  set(value: Preferences): void {
    this.#ports.write(value)
    this.#value = value
    this.#ports.onChange(value)
  }
}
