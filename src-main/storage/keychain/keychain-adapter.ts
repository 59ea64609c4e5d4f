/**
 * The operating system's keychain as document 004 names it: one text per (service, account). Absent is null or false;
 * everything else that goes wrong rejects, with an error whose message `classifyKeychainError` reads.
 */
export interface KeytarAdapter {
  getPassword(service: string, account: string): Promise<string | null>
  setPassword(service: string, account: string, password: string): Promise<void>
  /** False: there was nothing to delete. */
  deletePassword(service: string, account: string): Promise<boolean>
  /** `setPassword` and a look at what is there then, in one step. False: something else is there. */
  setAndVerify?(service: string, account: string, password: string): Promise<boolean>
  /** `deletePassword` and a look at what is there then, in one step. `stays`: the entry is still there. */
  deleteAndVerify?(service: string, account: string): Promise<Removal>
  /** A use of this entry is near: what its first use needs is made ready. Asks nobody and changes nothing. */
  prepare?(service: string, account: string): Promise<void>
  /** The accounts of the service. No secret leaves the process that asks the keychain. */
  findAccounts?(service: string): Promise<readonly string[]>
  /** Hands out every secret of the service; the production adapter does not offer it. */
  findCredentials?(service: string): Promise<Array<{ account: string; password: string }>>
  /** Gives up every call under way, because one of them passed its deadline. They reject. */
  interrupt?(): void
  close?(): void
}

export type Removal = 'removed' | 'absent' | 'stays'

/** Null: there is no keychain on this computer (the native module is missing). Rejects when that can't be said now. */
export type KeytarLoader = () => Promise<KeytarAdapter | null>
