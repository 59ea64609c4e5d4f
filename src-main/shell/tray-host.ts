import * as v from 'valibot'
import { openSessionBus, type SessionBus } from './session-bus.ts'

/** Whether the desktop shows a tray at all; known at any time without asking. */
export interface TrayHost {
  isThere(): boolean
  /** Called when it comes and when it goes. */
  onChange(listener: (isThere: boolean) => void): void
  close(): void
}

const WATCHER = 'org.kde.StatusNotifierWatcher'
const watcher = { path: '/StatusNotifierWatcher', interface: WATCHER } as const
const daemon = { path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' } as const

/**
 * Linux: the tray is a StatusNotifierHost on the session bus, and GNOME has one only with an extension. Without a bus, or
 * while it does not answer, there is none. Other systems always have one.
 */
export async function followTrayHost(
  platform: NodeJS.Platform,
  openBus: () => Promise<SessionBus | null> = openSessionBus
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

/** True as soon as there is a tray, false when there was none for so long. */
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
  readonly #bus: SessionBus
  readonly #listeners = new Set<(isThere: boolean) => void>()
  #isThere = false
  /** Of two looks under way the later one counts. */
  #looks = 0

  constructor(bus: SessionBus) {
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

  /** The watcher's owner first: asking one that is not there could make D-Bus start it. */
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
