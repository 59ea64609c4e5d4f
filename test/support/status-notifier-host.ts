import { type MessageBus, sessionBus } from 'dbus-native'

const NAME = 'org.kde.StatusNotifierWatcher'
const PATH = '/StatusNotifierWatcher'
const IS_REGISTERED = 'IsStatusNotifierHostRegistered'

/** What shows a tray on a Linux desktop, on the session bus and without a screen. */
export type StatusNotifierHost = {
  /** The desktop's panel starts, and shows what registers. */
  readonly come: () => Promise<void>
  /** The panel ends. */
  readonly leave: () => Promise<void>
  /** The watcher stays and somebody shows the icons, or nobody does. */
  readonly show: (shown: boolean) => void
  readonly close: () => Promise<void>
}

/** Absent until it comes. Throws where there is no session bus. */
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
