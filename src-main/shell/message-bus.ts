import type { MessageBus } from 'dbus-native'
import * as v from 'valibot'

/** Longest wait for an answer, in ms. */
const ANSWER_MS = 1000
/** Longest message; expected answers are small, and a longer message ends the connection. */
const LONGEST_MESSAGE = 65_536

export type BusCall = {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly signature?: string
  readonly body?: readonly unknown[]
}
export type BusSignal = Pick<BusCall, 'path' | 'interface' | 'member'> & {
  /** First argument of the signal; absent: any. */
  readonly argument?: string
}

/** The used part of a message bus. All its data comes from outside. */
export interface Bus {
  /**
   * Returns the answer as plain values. Throws if the destination does not exist, for an error, and after a
   * second.
   */
  call(call: BusCall): Promise<unknown>
  /**
   * Follows a signal of any sender, whose arguments the listener is given as plain values; resolves when no further signal
   * can be missed. Throws as `call`.
   */
  follow(signal: BusSignal, listener: (...args: unknown[]) => void): Promise<void>
  /** Calls the listener when the bus is gone, also if this side closed it. */
  onClose(listener: () => void): void
  close(): void
}

/** https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-types-system */
const systemAddress = (): string =>
  process.env['DBUS_SYSTEM_BUS_ADDRESS'] ?? 'unix:path=/var/run/dbus/system_bus_socket'

/** Opens the bus of the person's session. Null: no bus, no answer, or the package `dbus-native` is missing. */
export async function openSessionBus(): Promise<Bus | null> {
  return await openBus()
}

/** The bus of the computer. Null: as for `openSessionBus`. */
export async function openSystemBus(): Promise<Bus | null> {
  return await openBus(systemAddress())
}

async function openBus(busAddress?: string): Promise<Bus | null> {
  let bus: MessageBus | null = null
  try {
    const { sessionBus } = await import('dbus-native')
    // `direct`: otherwise the package sends Hello itself, and throws its failure where it can not be caught.
    bus = sessionBus({
      timeout: ANSWER_MS,
      maxMessageSize: LONGEST_MESSAGE,
      direct: true,
      ...(busAddress !== undefined && { busAddress })
    })
    bus.connection.on('error', () => undefined) // it closes as well
    bus.name = v.parse(v.string(), await bus.invokeDbus({ member: 'Hello' }))
    return over(bus)
  } catch {
    bus?.connection.end()
    return null
  }
}

function over(bus: MessageBus): Bus {
  return {
    call: async ({ body, ...call }) =>
      await bus.invoke<unknown>({ ...call, ...(body !== undefined && { body: [...body] }) }),
    follow: async (signal, listener) => {
      bus.signals.on(bus.mangle(signal.path, signal.interface, signal.member), (args: unknown) =>
        listener(...(Array.isArray(args) ? args : []))
      )
      await bus.watch(ruleOf(signal))
    },
    onClose: (listener) => void bus.connection.on('close', listener),
    close: () => void bus.connection.end()
  }
}

/** https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-routing-match-rules */
function ruleOf({ path, interface: name, member, argument }: BusSignal): string {
  const rule = `type='signal',path='${path}',interface='${name}',member='${member}'`
  return argument === undefined ? rule : `${rule},arg0='${argument}'`
}
