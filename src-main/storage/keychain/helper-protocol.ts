import type { KeychainErrorKind } from './keychain-error.ts'

/** Vault process → helper. `hello` asks whether there is a native module, `ping` whether the helper runs. */
export type HelperRequest =
  | { readonly id: number; readonly op: 'ping' }
  | { readonly id: number; readonly op: 'hello' }
  | { readonly id: number; readonly op: 'accounts'; readonly service: string }
  | {
      readonly id: number
      readonly op: 'prepare' | 'get' | 'delete' | 'deleteAndVerify'
      readonly service: string
      readonly account: string
    }
  | {
      readonly id: number
      readonly op: 'set' | 'setAndVerify'
      readonly service: string
      readonly account: string
      readonly value: string
    }

/** Helper → vault process. An error crosses as its kind only, without its message. */
export type HelperReply =
  | { readonly id: number; readonly ok: true; readonly value: string | boolean | null | readonly string[] }
  | { readonly id: number; readonly ok: false; readonly kind: KeychainErrorKind }
  /** The helper has opened so many connections that a new one should replace it. */
  | { readonly id: null; readonly retire: true }

/** One end of the channel between the vault process and the helper. */
export type HelperChannel = {
  send(reply: HelperReply): void
  onRequest(listener: (request: HelperRequest) => void): void
  /** Calls `listener` when the vault process is gone. */
  onEnd(listener: () => void): void
}

/** A running helper, from `child_process.fork` or from Electron's `utilityProcess`. */
export type HelperProcess = {
  send(message: object): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the process has ended or could not be started. */
  onExit(listener: () => void): void
  /** Ends the helper at once, even in the middle of a call. Idempotent. */
  kill(): void
}

/** Starts a helper. Synchronous and quick; `onExit` reports a start that fails. */
export type HelperLauncher = () => HelperProcess

/** Prefix of the accounts that are written and removed again to check whether the keychain works. */
export const PROBE_START = '__latchkey_probe__'

export const isProbe = (account: string): boolean => account.startsWith(PROBE_START)
