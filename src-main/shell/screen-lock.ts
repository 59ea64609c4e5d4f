import * as v from 'valibot'
import { type BusSignal, type Bus, openSessionBus, openSystemBus } from './message-bus.ts'

type Buses = {
  readonly session: () => Promise<Bus | null>
  readonly system: () => Promise<Bus | null>
}

/** Where desktops tell that their screen is locked: by `ActiveChanged` with true. */
const screenSavers = [
  ['org.freedesktop.ScreenSaver', '/org/freedesktop/ScreenSaver'],
  ['org.freedesktop.ScreenSaver', '/ScreenSaver'],
  ['org.gnome.ScreenSaver', '/org/gnome/ScreenSaver'],
  ['org.cinnamon.ScreenSaver', '/org/cinnamon/ScreenSaver'],
  ['org.mate.ScreenSaver', '/org/mate/ScreenSaver'],
  ['org.xfce.ScreenSaver', '/org/xfce/ScreenSaver']
] as const

const LOGIN = 'org.freedesktop.login1'
const SESSION = `${LOGIN}.Session`

/**
 * Follows the locking of the screen on Linux, where Electron has no event for it: the screen savers of the desktops, and
 * logind, which also tells when another person takes the computer. Calls `onLocked` each time; a false signal of another
 * program costs no more than an unlock. Without a bus nothing is followed. Returns the function that ends this.
 * (https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html)
 */
export async function followScreenLock(
  onLocked: () => void,
  buses: Buses = { session: openSessionBus, system: openSystemBus }
): Promise<() => void> {
  const [session, system] = await Promise.all([buses.session(), buses.system()])
  await Promise.all([
    ...screenSavers.map(([name, path]) =>
      followed(session, { path, interface: name, member: 'ActiveChanged' }, (isActive) => {
        if (isActive === true) onLocked()
      })
    ),
    followLogin(system, onLocked)
  ])
  return () => {
    session?.close()
    system?.close()
  }
}

async function followLogin(bus: Bus | null, onLocked: () => void): Promise<void> {
  const path = bus === null ? null : await sessionPath(bus)
  if (path === null) return
  await Promise.all([
    followed(bus, { path, interface: SESSION, member: 'Lock' }, onLocked),
    followed(
      bus,
      { path, interface: 'org.freedesktop.DBus.Properties', member: 'PropertiesChanged', argument: SESSION },
      (_name, changed) => {
        const { LockedHint, Active } = v.parse(changedProperties, changed)
        if (LockedHint === true || Active === false) onLocked()
      }
    )
  ])
}

const changedProperties = v.fallback(
  v.object({ LockedHint: v.optional(v.unknown()), Active: v.optional(v.unknown()) }),
  {}
)

/** The person's session at logind. Null: there is no logind, or the person has no session. */
async function sessionPath(bus: Bus): Promise<string | null> {
  try {
    const path = await bus.call({
      destination: LOGIN,
      path: '/org/freedesktop/login1',
      interface: `${LOGIN}.Manager`,
      member: 'GetSession',
      signature: 's',
      body: ['auto'] // that of the caller, or the one on the display
    })
    return v.parse(v.string(), path)
  } catch {
    return null
  }
}

/** A bus that refuses a follower tells nothing. */
async function followed(
  bus: Bus | null,
  signal: BusSignal,
  listener: (...args: unknown[]) => void
): Promise<void> {
  await bus?.follow(signal, listener).catch(() => undefined)
}
