/**
 * The operating system's keychain as in document 004: one text per (service, account). An absent entry is
 * null or false; every other failure rejects, with an error whose message `classifyKeychainError` reads.
 */
export interface KeychainAdapter {
  getPassword(service: string, account: string): Promise<string | null>
  setPassword(service: string, account: string, password: string): Promise<void>
  /** False: there was nothing to delete. */
  deletePassword(service: string, account: string): Promise<boolean>
  /** Runs `setPassword` and reads the entry back, in one step. False: the entry holds another value. */
  setAndVerify?(service: string, account: string, password: string): Promise<boolean>
  /** Runs `deletePassword` and reads the entry back, in one step. `stays`: the entry is still there. */
  deleteAndVerify?(service: string, account: string): Promise<Removal>
  /** Prepares for a use of this entry that is near. Never raises a prompt and changes nothing. */
  prepare?(service: string, account: string): Promise<void>
  /** Returns the accounts of the service. Secrets do not leave the process that asks the keychain. */
  findAccounts?(service: string): Promise<readonly string[]>
  /** Returns every secret of the service; the production adapter does not offer it. */
  findCredentials?(service: string): Promise<Array<{ account: string; password: string }>>
  /** Ends all running calls, because one of them passed its deadline. They reject. */
  interrupt?(): void
  close?(): void
}

export type Removal = 'removed' | 'absent' | 'stays'

/**
 * Loads the adapter. Null: this computer has no keychain (the native module is missing). Rejects if that
 * can't be determined now.
 */
export type KeychainLoader = () => Promise<KeychainAdapter | null>
