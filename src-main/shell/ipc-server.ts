import type { IpcMainInvokeEvent, WebContents } from 'electron'
import * as v from 'valibot'
import { type Result, toProblem, VaultError } from '#shared/problem.ts'
import { eventChannel, type VaultEventName, type VaultEvents, vaultEvents } from '#shared/ipc.ts'

export type RequestTable = Readonly<
  Record<string, { readonly input: v.GenericSchema<unknown[]>; readonly output: v.GenericSchema }>
>
/** Implementations of a table: called with checked arguments; may throw VaultError. */
export type Handlers<Table extends RequestTable> = {
  readonly [Name in keyof Table]: (
    ...args: v.InferOutput<Table[Name]['input']>
  ) => Promise<v.InferOutput<Table[Name]['output']>>
}

type Service<Table extends RequestTable> = {
  readonly ipcMain: {
    handle(
      channel: string,
      listener: (event: IpcMainInvokeEvent, ...args: unknown[]) => Promise<unknown>
    ): void
    removeHandler(channel: string): void
  }
  readonly table: Table
  readonly channel: (name: keyof Table & string) => string
  /** The handlers for this sender; null refuses it. */
  readonly handlersFor: (event: IpcMainInvokeEvent) => Handlers<Table> | null
}

/**
 * Registers IPC handlers; no other code does. Each channel checks its sender, then the arguments, and finally
 * the answer; each check refuses by default. A channel answers with a Result and never throws, because
 * Electron would pass the message of a foreign error to the page. Returns the function that removes the
 * handlers.
 */
export function serveRequests<Table extends RequestTable>(service: Service<Table>): () => void {
  const names = Object.keys(service.table) as (keyof Table & string)[]
  for (const name of names) {
    service.ipcMain.handle(service.channel(name), (event, ...args: unknown[]) =>
      answer(() => respond(service, name, event, args))
    )
  }
  return () => names.forEach((name) => service.ipcMain.removeHandler(service.channel(name)))
}

async function respond<Table extends RequestTable>(
  service: Service<Table>,
  name: keyof Table,
  event: IpcMainInvokeEvent,
  args: unknown[]
): Promise<unknown> {
  const handlers = service.handlersFor(event)
  const row = service.table[name]
  if (handlers === null || row === undefined) throw new VaultError('INVALID_REQUEST')
  const input = v.safeParse(row.input, args)
  if (!input.success) throw new VaultError('INVALID_REQUEST', { message: requestFault(input.issues) })
  const result = await handlers[name](...(input.output as never))
  const output = v.safeParse(row.output, result)
  if (!output.success) throw new VaultError('INTERNAL')
  return output.output
}

/** Names only the place of the fault: valibot's default messages quote the received value. */
function requestFault(issues: readonly v.BaseIssue<unknown>[]): string {
  const path = issues[0] === undefined ? null : v.getDotPath(issues[0])
  return path === null
    ? 'The request was not understood.'
    : `The request was not understood: ${path.replace(/^\d+\.?/, '') || 'argument'}.`
}

async function answer(work: () => Promise<unknown>): Promise<Result<unknown>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return { ok: false, problem: toProblem(error) }
  }
}

type Listen = <Name extends VaultEventName>(
  name: Name,
  listener: (value: VaultEvents[Name]) => void
) => () => void

/**
 * Sends every event of the vault to the main window. Each value is checked by its strict schema first; an
 * invalid one is dropped, and the gap in the revision makes the window ask for a snapshot. Returns the
 * function that stops it.
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
