import type { Preferences } from '#shared/ipc.ts'

export const defaultPreferences: Preferences = {
  theme: 'system',
  density: 'comfortable',
  alwaysUseBrowser: false,
  allowEncryptedFiles: false
}

type PreferencePorts = {
  /** What was stored last, however old; null: nothing, or nothing that can be read. */
  readonly read: () => Partial<Preferences> | null
  readonly write: (value: Preferences) => void
  readonly onChange: (value: Preferences) => void
}

/** The person's choices. A choice that an older or newer version does not know falls back to its default. */
export class PreferenceService {
  readonly #ports: PreferencePorts
  #value: Preferences | null = null

  constructor(ports: PreferencePorts) {
    this.#ports = ports
  }

  get(): Preferences {
    return (this.#value ??= { ...defaultPreferences, ...this.#ports.read() })
  }

  /** Throws STORE_WRITE_FAILED; the old choices then stay. */
  set(value: Preferences): void {
    this.#ports.write(value)
    this.#value = value
    this.#ports.onChange(value)
  }
}
