import * as v from 'valibot'
import { type Bus, openSessionBus } from './message-bus.ts'

const MUTTER = 'org.gnome.Mutter.IdleMonitor'
const elapsed = v.pipe(v.union([v.bigint(), v.number()]), v.transform(Number))

/** Returns the time since the last key or mouse input, in milliseconds. */
export type IdleTime = () => Promise<number>

/**
 * The idle time of the desktop. GNOME tells it on the session bus, because Electron’s own is that of X11, which hears little
 * of what happens on Wayland (https://github.com/electron/electron/issues/27912); every other desktop by Electron.
 */
export function idleTimeOf(
  platform: NodeJS.Platform,
  electron: { getSystemIdleTime(): number },
  openBus: () => Promise<Bus | null> = openSessionBus
): IdleTime {
  let bus: Promise<Bus | null> | null = null
  const ofGnome = async (): Promise<number | null> => {
    if (platform !== 'linux') return null
    bus ??= openBus()
    const open = await bus
    try {
      return open === null ? null : await askMutter(open)
    } catch {
      return null
    }
  }
  return async () => (await ofGnome()) ?? electron.getSystemIdleTime() * 1000
}

/** Null: another desktop. Asks for the owner first: a call to an absent name could make D-Bus start it. */
async function askMutter(bus: Bus): Promise<number | null> {
  const daemon = 'org.freedesktop.DBus'
  const isThere = await bus.call({
    destination: daemon,
    path: '/org/freedesktop/DBus',
    interface: daemon,
    member: 'NameHasOwner',
    signature: 's',
    body: [MUTTER]
  })
  if (isThere !== true) return null
  const path = '/org/gnome/Mutter/IdleMonitor/Core'
  return v.parse(
    elapsed,
    await bus.call({ destination: MUTTER, path, interface: MUTTER, member: 'GetIdletime' })
  )
}
