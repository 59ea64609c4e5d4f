/** A way in to the vault: a window of the app, or the socket that other programs speak to. */
export type Door = 'window' | 'socket'

/** For requests that need a person at the window, such as a dialog of the system. */
export const windowOnly: readonly Door[] = ['window']
export const everyDoor: readonly Door[] = ['window', 'socket']

/** The rows of a table of requests that may come through this door. */
export function requestsThrough<Table extends Readonly<Record<string, { readonly doors: readonly Door[] }>>>(
  door: Door,
  table: Table
): Partial<Table> {
  const rows = Object.entries(table).filter(([, { doors }]) => doors.includes(door))
  return Object.fromEntries(rows) as Partial<Table>
}
