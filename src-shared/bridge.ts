import type { InferInput, InferOutput } from 'valibot'
import type { VaultEventName, VaultEvents, VaultRequestName, VaultRequests } from './ipc.ts'
import type { Result } from './problem.ts'

type Request<Name extends VaultRequestName> = (
  ...args: InferInput<VaultRequests[Name]['input']>
) => Promise<Result<InferOutput<VaultRequests[Name]['output']>>>

/**
 * What `window.vault` is in the main window: masked metadata and actions. Every request answers with a Result and
 * never rejects. `on` returns the function that unsubscribes.
 */
export type VaultBridge = { readonly [Name in VaultRequestName]: Request<Name> } & {
  readonly on: <Name extends VaultEventName>(
    name: Name,
    listener: (value: VaultEvents[Name]) => void
  ) => () => void
}

/** What the main process implements: the same names, without `Result` and without `on`; it may throw VaultError. */
export type VaultRequestHandlers = {
  readonly [Name in VaultRequestName]: (
    ...args: InferOutput<VaultRequests[Name]['input']>
  ) => Promise<InferOutput<VaultRequests[Name]['output']>>
}
