import type { WebContents } from 'electron'
import * as v from 'valibot'
import { eventChannel, type VaultEventName, type VaultEvents, vaultEvents } from '#shared/ipc.ts'

type Listen = <Name extends VaultEventName>(
  name: Name,
  listener: (value: VaultEvents[Name]) => void
) => () => void

/**
 * Sends every event of the vault to the main window. Each value passes its strict schema first; one that does not is
 * dropped, and the gap in the revision makes the window ask for a snapshot. Returns the function that stops it.
 */
export function forwardEvents(on: Listen, target: () => WebContents | null): () => void {
  const names = Object.keys(vaultEvents) as VaultEventName[]
  const stops = names.map((name) =>
    on(name, (value) => {
      const checked = v.safeParse(vaultEvents[name], value)
      const contents = target()
      if (checked.success && contents !== null && !contents.isDestroyed()) {
        contents.send(eventChannel(name), checked.output)
      }
    })
  )
  return () => stops.forEach((stop) => stop())
}
