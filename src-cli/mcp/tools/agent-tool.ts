import type * as v from 'valibot'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'

/** Longest time in milliseconds that a call waits for the person; hosts end a call that lasts. */
export const WAIT_MS = 15_000

/** What the tools need of the process that serves them. */
export type ToolPorts = {
  readonly openVault: () => Promise<VaultConnection>
  /** The manifests of the folder that the person named; empty: none was named. */
  readonly manifests: readonly unknown[]
  /** Values of the environment names that these manifests declare. */
  readonly environment: Readonly<Record<string, string>>
}

/** One call: the connection is its own and ends with it. */
export type ToolCall = ToolPorts & {
  readonly vault: VaultConnection
  /** Aborted when the host takes the call back or ends. */
  readonly signal: AbortSignal
  /** Until when, in the milliseconds of `performance.now()`, the call may wait for the person. */
  readonly until: number
  /** The host says that it can offer the person to open an address. */
  readonly opensPages: boolean
  /** Sign-ins whose page was offered by this process already, by their attempt. */
  readonly offered: Set<string>
}

/** What a tool answers: an object of JSON. No secret is in it. */
export type ToolReply = Readonly<Record<string, unknown>>

/**
 * A public page that the person has to open in a browser. The host offers it while the call goes on. The answer of the
 * host is no approval.
 */
export class PageToOpen {
  readonly url: string
  readonly message: string

  constructor(url: string, message: string) {
    this.url = url
    this.message = message
  }
}

export type AgentTool<Input extends v.GenericSchema = v.GenericSchema> = {
  /** At most 40 characters, because hosts put a prefix before it. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: Input
  readonly isReadOnly: boolean
  /** Rejects with VaultRefusal, ToolFault and VaultError; nothing else is told to the host. */
  readonly run: (input: v.InferOutput<Input>, call: ToolCall) => Promise<ToolReply | PageToOpen>
}

/** The call can not be carried out as it is. `message` is fixed text that says what to do. */
export class ToolFault extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Keeps the type of the input of a tool. */
export const agentTool = <Input extends v.GenericSchema>(tool: AgentTool<Input>): AgentTool =>
  tool as unknown as AgentTool
