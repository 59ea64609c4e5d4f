import { type MessageBus, sessionBus } from 'dbus-native'

const NAME = 'org.kde.StatusNotifierWatcher'
const PATH = '/StatusNotifierWatcher'
const IS_REGISTERED = 'IsStatusNotifierHostRegistered'

/** The part of a Linux desktop that shows a tray, on the session bus and without a screen. */
export type StatusNotifierHost = {
  /** Starts the desktop's panel, which shows the icons that register. */
  readonly come: () => Promise<void>
  /** Ends the panel. */
  readonly leave: () => Promise<void>
  /** Sets whether a host shows the icons; the watcher stays. */
  readonly show: (shown: boolean) => void
  readonly close: () => Promise<void>
}

/** The host is absent until `come`. Throws if there is no session bus. */
export async function createStatusNotifierHost(): Promise<StatusNotifierHost> {
  const bus = sessionBus()
  const state = { [IS_REGISTERED]: true }
  await serve(bus, state)
  return {
    come: async () => {
      await bus.requestName(NAME, 0)
    },
    leave: async () => {
      await bus.releaseName(NAME)
    },
    show: (shown) => {
      state[IS_REGISTERED] = shown
      const signal = shown ? 'StatusNotifierHostRegistered' : 'StatusNotifierHostUnregistered'
      bus.sendSignal(PATH, NAME, signal)
    },
    close: () => bus.close()
  }
}

async function serve(bus: MessageBus, state: { readonly [IS_REGISTERED]: boolean }): Promise<void> {
  bus.exportInterface(state, PATH, {
    name: NAME,
    methods: {},
    signals: { StatusNotifierHostRegistered: [''], StatusNotifierHostUnregistered: [''] },
    properties: { [IS_REGISTERED]: { type: 'b', access: 'read' } }
  })
  await bus.getId()
}
