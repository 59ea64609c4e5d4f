import type { BackendId } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { Problem } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Clock } from '../ports.ts'
import type { KeptSignOut } from '../sign-in/sign-out-notes.ts'

/** Result of writing, reading and deleting a random keychain entry of our own. */
export type KeychainRoundTrip =
  | { readonly kind: 'ok'; readonly ms: number }
  /** There is no keychain module on this computer. */
  | { readonly kind: 'absent' }
  /** The configuration forbids the use of the keychain. */
  | { readonly kind: 'not-used' }
  | { readonly kind: 'failed'; readonly problem: Problem }

/** State of the files below the home, by names relative to it. */
export type FileAudit = {
  /** False: nothing has been stored here yet. */
  readonly exists: boolean
  /** Reason in words why the home is unsafe. Null: it is the person's own folder. */
  readonly homeProblem: string | null
  /**
   * False: the home's file system can't tell when a name is on the disk (CIFS, vboxsf, synchronized folders).
   */
  readonly isDurable: boolean
  /** Files and folders that others may read or change. */
  readonly open: readonly string[]
  /** Links, and files of another owner; never touched. */
  readonly foreign: readonly string[]
  /** Temporary files whose writer is gone. */
  readonly leftovers: readonly string[]
}

/** The current catalog, read without waiting. */
export type CatalogView = {
  readonly entries: readonly CatalogEntry[]
  /** Storage keys of entries and of operations under way. */
  readonly keys: readonly string[]
  /** Number of operations that were begun and not finished. */
  readonly intents: number
  /** Sign-outs that the provider did not confirm, newest first. */
  readonly signOuts: readonly KeptSignOut[]
  /** Returns when the newest record of a storage key was saved. Null: unknown. */
  readonly savedAt: (key: string) => Date | null
}

/** `older`: an earlier copy was put back in place of the record that was saved last. */
export type StoredEntryState = 'readable' | 'absent' | 'unreadable' | 'duplicate' | 'older'

/** The set-up of the SOPS store. A null field: not found. */
export type SopsSetup = {
  readonly hasConfig: boolean
  readonly keyFile: 'readable' | 'missing' | 'denied' | 'open-to-others'
  readonly recipients: number
}

/** `problem`: fault of the file, in words. Null: none. */
export type OwnProvidersAudit = {
  readonly exists: boolean
  readonly rows: number
  readonly problem: string | null
}

/** What is known of policy.yaml. `unknown`: what in it matches nothing, a sentence each. */
export type PolicyAudit = {
  readonly exists: boolean
  readonly problem: string | null
  readonly unknown: readonly string[]
}

/** A tool that `latchkey setup` changed. */
export type ToolAudit = {
  readonly tool: string
  /** Paths of its files that have lost what the setup wrote. */
  readonly changed: readonly string[]
  /** Path of the program that it starts, which is gone. Null: it is there. */
  readonly missing: string | null
}

/** AWS access keys in plain text. `path`: of their file, as it is shown. */
export type AwsPairsAudit = { readonly path: string; readonly profiles: readonly string[] }

/** A host of agents that `latchkey setup` changed. */
export type HostAudit = {
  /** By its name in commands, such as `cursor`. */
  readonly host: string
  /** Its configuration. */
  readonly path: string
  /** Its configuration starts the Latchkey that was set up. */
  readonly isConfigured: boolean
  /** Path of what the configuration starts and is not there. Null: all of it is. */
  readonly missing: string | null
  /** Number of tokens of MCP servers that its configuration holds in clear. */
  readonly tokens: number
}

export type DoctorPorts = {
  readonly clock: Pick<Clock, 'now'>
  readonly version: string
  /** Such as "Node 24.21.0, linux x64". */
  readonly runtime: string
  readonly keychainRoundTrip: () => Promise<KeychainRoundTrip>
  readonly storageHealth: () => Promise<StorageHealth>
  /** The chosen backend for new secrets. */
  readonly storeInUse: () => BackendId
  readonly files: {
    audit(): Promise<FileAudit>
    /** Returns sealed and overflow files whose entry is not among `keys`. */
    strays(keys: readonly string[]): Promise<readonly string[]>
    /**
     * Removes the rights of others and returns how many files it closed. Skips links and files of another
     * owner.
     */
    close(): Promise<number>
    /** Removes half-written files of dead writers; returns how many. */
    sweep(): Promise<number>
  }
  readonly catalog: {
    /** Null: there is no catalog yet. Throws CREDENTIAL_UNREADABLE or CONFIG_INVALID. */
    view(): Promise<CatalogView | null>
    /**
     * Reads the secret of an entry and returns its state. `savedAt`: when its newest record was saved. Throws
     * KEYCHAIN_*; changes nothing.
     */
    readEntry(entry: CatalogEntry, savedAt: Date | null): Promise<StoredEntryState>
    /** Finishes interrupted operations. False: the vault is open in another process, which has to do it. */
    settle(): Promise<boolean>
    /**
     * Returns the number of credentials in the store that are not among `keys`. The store is searched only if
     * this catalog has lost entries; else the answer is 0, because such credentials belong to another data
     * folder. Throws KEYCHAIN_*, VAULT_LOCKED.
     */
    unlisted(keys: readonly string[]): Promise<number>
    /**
     * Lists the readable ones again; returns how many. Absent: only the window can do this. Throws as
     * `unlisted`.
     */
    takeBack?(): Promise<number>
    /** Returns the time of the doctor's last run. Null: never, or unknown. */
    lastRun(): Date | null
    noteRun(at: Date): void
  }
  /** Binds a port on 127.0.0.1 and releases it. Throws the system's error. */
  readonly bindLoopback: () => Promise<void>
  /** Checks the person's own file of providers as it is now. */
  readonly ownProviders: () => Promise<OwnProvidersAudit>
  readonly policy: () => Promise<PolicyAudit>
  readonly tools: () => Promise<readonly ToolAudit[]>
  readonly awsPairs: () => Promise<AwsPairsAudit>
  readonly hosts: () => Promise<readonly HostAudit[]>
  /** Null: the SOPS store is not configured. */
  readonly sops: () => Promise<SopsSetup | null>
  readonly oldFiles: () => Promise<{ readonly llxprt: readonly string[]; readonly kstlib: readonly string[] }>
  /** Returns the existing accounts of the service "kiwi-mcp"; called only if the keychain works. */
  readonly oldKiwiAccounts: () => Promise<readonly string[]>
}
