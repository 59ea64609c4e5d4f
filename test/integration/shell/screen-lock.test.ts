import { type MessageBus, sessionBus } from 'dbus-native'
import { afterEach, describe, expect, it } from 'vitest'
import { idleTimeOf } from '../../../src-main/shell/idle-time.ts'
import { openSessionBus } from '../../../src-main/shell/message-bus.ts'
import { followScreenLock } from '../../../src-main/shell/screen-lock.ts'

const LOGIN = 'org.freedesktop.login1'
const OWN_SESSION = '/org/freedesktop/login1/session/_31'
const PROPERTIES = 'org.freedesktop.DBus.Properties'

const toClose: Array<() => unknown> = []
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

/** Another program of the desktop, on the real session bus. */
function program(): MessageBus {
  const bus = sessionBus()
  toClose.push(() => bus.close())
  return bus
}

/** logind’s answer, on the session bus in place of the system’s. */
async function startLogin(): Promise<MessageBus> {
  const bus = program()
  bus.exportInterface({ GetSession: () => OWN_SESSION }, '/org/freedesktop/login1', {
    name: `${LOGIN}.Manager`,
    methods: { GetSession: ['s', 'o', ['name'], ['path']] }
  })
  await bus.requestName(LOGIN, 0)
  return bus
}

async function followed(): Promise<{ readonly count: () => number }> {
  let locked = 0
  const stop = await followScreenLock(() => (locked += 1), {
    session: openSessionBus,
    system: openSessionBus
  })
  toClose.push(stop)
  return { count: () => locked }
}

describe('the screen of a Linux desktop', () => {
  it.each([
    ['org.freedesktop.ScreenSaver', '/org/freedesktop/ScreenSaver'],
    ['org.freedesktop.ScreenSaver', '/ScreenSaver'],
    ['org.gnome.ScreenSaver', '/org/gnome/ScreenSaver'],
    ['org.cinnamon.ScreenSaver', '/org/cinnamon/ScreenSaver'],
    ['org.mate.ScreenSaver', '/org/mate/ScreenSaver'],
    ['org.xfce.ScreenSaver', '/org/xfce/ScreenSaver']
  ])('%s at %s tells that it is locked, and not that it is open', async (name, path) => {
    const { count } = await followed()
    const desktop = program()
    desktop.sendSignal(path, name, 'ActiveChanged', 'b', [false])
    desktop.sendSignal(path, name, 'ActiveChanged', 'b', [true])
    await expect.poll(count).toBe(1)
  })

  it('is locked when logind says so of the person’s own session, by any of its three words', async () => {
    const login = await startLogin()
    const { count } = await followed()
    const session = `${LOGIN}.Session`
    const changed = (path: string, name: string, value: boolean): void =>
      login.sendSignal(path, PROPERTIES, 'PropertiesChanged', 'sa{sv}as', [
        session,
        [[name, ['b', value]]],
        []
      ])
    login.sendSignal('/org/freedesktop/login1/session/_32', session, 'Lock')
    changed(OWN_SESSION, 'LockedHint', false)
    changed(OWN_SESSION, 'Active', true)
    login.sendSignal(OWN_SESSION, session, 'Lock')
    await expect.poll(count).toBe(1)
    changed(OWN_SESSION, 'LockedHint', true)
    await expect.poll(count).toBe(2)
    changed(OWN_SESSION, 'Active', false)
    await expect.poll(count).toBe(3)
  })

  it('is not followed where there is no bus, and nothing is thrown', async () => {
    const none = async (): Promise<null> => null
    const stop = await followScreenLock(() => undefined, { session: none, system: none })
    expect(stop()).toBeUndefined()
  })
})

describe('the idle time', () => {
  const electron = { getSystemIdleTime: () => 7 }

  it('is GNOME’s where GNOME tells it', async () => {
    const shell = program()
    const monitor = 'org.gnome.Mutter.IdleMonitor'
    shell.exportInterface({ GetIdletime: () => 65_000n }, '/org/gnome/Mutter/IdleMonitor/Core', {
      name: monitor,
      methods: { GetIdletime: ['', 't', [], ['ms']] }
    })
    await shell.requestName(monitor, 0)
    expect(await idleTimeOf('linux', electron)()).toBe(65_000)
  })

  it('is Electron’s everywhere else', async () => {
    expect(await idleTimeOf('linux', electron)()).toBe(7000)
    expect(await idleTimeOf('linux', electron, async () => null)()).toBe(7000)
    expect(await idleTimeOf('darwin', electron)()).toBe(7000)
  })
})
