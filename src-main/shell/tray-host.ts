import * as v from 'valibot'
import { openSessionBus, type Bus } from './message-bus.ts'

/** Knows whether the desktop shows a tray, at any time and without a request. */
export interface TrayHost {
  isThere(): boolean
  /** Calls the listener when the tray appears and when it disappears. */
  onChange(listener: (isThere: boolean) => void): void
  close(): void
}

const WATCHER = 'org.kde.StatusNotifierWatcher'
const watcher = { path: '/StatusNotifierWatcher', interface: WATCHER } as const
const daemon = { path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' } as const

/**
 * Follows the desktop's tray. On Linux it is a StatusNotifierHost on the session bus, and GNOME has one only
 * with an extension. Without a bus, or while the bus does not answer, there is no tray. Other systems always
 * have one.
 */
export async function followTrayHost(
  platform: NodeJS.Platform,
  openBus: () => Promise<Bus | null> = openSessionBus
): Promise<TrayHost> {
  if (platform !== 'linux') return constant(true)
  const bus = await openBus()
  if (bus === null) return constant(false)
  const host = new StatusNotifierHost(bus)
  try {
    await host.follow()
    return host
  } catch {
    bus.close()
    return constant(false)
  }
}

/** Resolves with true as soon as there is a tray, with false if there is none within `ms`. */
export function trayComes(host: TrayHost, ms: number): Promise<boolean> {
  if (host.isThere()) return Promise.resolve(true)
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    host.onChange((isThere) => {
      if (!isThere) return
      clearTimeout(timer)
      resolve(true)
    })
  })
}

/** https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierWatcher/ */
class StatusNotifierHost implements TrayHost {
  readonly #bus: Bus
  readonly #listeners = new Set<(isThere: boolean) => void>()
  #isThere = false
  /** Number of the latest look; of two at the same time the later one counts. */
  #looks = 0

  constructor(bus: Bus) {
    this.#bus = bus
    bus.onClose(() => {
      this.#looks += 1
      this.#set(false)
    })
  }

  /** Throws if the signals can not be followed. */
  async follow(): Promise<void> {
    const look = (): void => void this.#look()
    await Promise.all([
      this.#bus.follow({ ...daemon, member: 'NameOwnerChanged', argument: WATCHER }, look),
      this.#bus.follow({ ...watcher, member: 'StatusNotifierHostRegistered' }, look),
      this.#bus.follow({ ...watcher, member: 'StatusNotifierHostUnregistered' }, look)
    ])
    await this.#look()
  }

  isThere(): boolean {
    return this.#isThere
  }

  onChange(listener: (isThere: boolean) => void): void {
    this.#listeners.add(listener)
  }

  close(): void {
    this.#listeners.clear()
    this.#bus.close()
  }

  async #look(): Promise<void> {
    this.#looks += 1
    const look = this.#looks
    const found = await this.#ask().catch(() => false)
    if (look === this.#looks) this.#set(found)
  }

  /** Asks for the watcher's owner first: a call to an absent watcher could make D-Bus start it. */
  async #ask(): Promise<boolean> {
    const isOwned = await this.#bus.call({
      ...daemon,
      destination: daemon.interface,
      member: 'NameHasOwner',
      signature: 's',
      body: [WATCHER]
    })
    if (!v.parse(v.boolean(), isOwned)) return false
    const isRegistered = await this.#bus.call({
      destination: WATCHER,
      path: watcher.path,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      body: [WATCHER, 'IsStatusNotifierHostRegistered']
    })
    return v.parse(v.boolean(), isRegistered)
  }

  #set(isThere: boolean): void {
    if (isThere === this.#isThere) return
    this.#isThere = isThere
    for (const listener of this.#listeners) listener(isThere)
  }
}

function constant(isThere: boolean): TrayHost {
  return { isThere: () => isThere, onChange: () => undefined, close: () => undefined }
}
