import type { BackendId } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { Problem } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Clock } from '../ports.ts'
import type { KeptSignOut } from '../sign-in/sign-out-notes.ts'

/** What came of writing, reading and deleting a random entry of our own. */
export type KeychainRoundTrip =
  | { readonly kind: 'ok'; readonly ms: number }
  /** There is no keychain module on this computer. */
  | { readonly kind: 'absent' }
  /** The configuration says that the keychain is not to be touched. */
  | { readonly kind: 'not-used' }
  | { readonly kind: 'failed'; readonly problem: Problem }

/** Files below the home, by names relative to it. */
export type FileAudit = {
  /** False: nothing was ever stored here. */
  readonly exists: boolean
  /** A reason in words why the home is not safe; null: it is the person's own folder. */
  readonly homeProblem: string | null
  /** False: its file system can not say when a name is on the disk (CIFS, vboxsf, folders that are synchronised). */
  readonly isDurable: boolean
  /** Files and folders that others may read or change. */
  readonly open: readonly string[]
  /** Links and files of somebody else; never touched. */
  readonly foreign: readonly string[]
  /** Temporary files whose writer is gone. */
  readonly leftovers: readonly string[]
}

/** The catalog as it is, without waiting for anything. */
export type CatalogView = {
  readonly entries: readonly CatalogEntry[]
  /** Storage keys of entries and of what is under way. */
  readonly keys: readonly string[]
  /** How many operations were begun and not finished. */
  readonly intents: number
  /** Sign-outs that the provider did not confirm, newest first. */
  readonly signOuts: readonly KeptSignOut[]
  /** When the newest record of a storage key had been saved; null: that is not known. */
  readonly savedAt: (key: string) => Date | null
}

/** `older`: not the record that was saved last; somebody put an earlier copy back. */
export type StoredEntryState = 'readable' | 'absent' | 'unreadable' | 'duplicate' | 'older'

/** What is set up for the SOPS store; null fields: not found. */
export type SopsSetup = {
  readonly hasConfig: boolean
  readonly keyFile: 'readable' | 'missing' | 'denied' | 'open-to-others'
  readonly recipients: number
}

/** `problem`: what is wrong with the file, in words; null: nothing. */
export type OwnProvidersAudit = {
  readonly exists: boolean
  readonly rows: number
  readonly problem: string | null
}

export type DoctorPorts = {
  readonly clock: Pick<Clock, 'now'>
  readonly version: string
  /** "Node 24.21.0, linux x64" and the like. */
  readonly runtime: string
  readonly keychainRoundTrip: () => Promise<KeychainRoundTrip>
  readonly storageHealth: () => Promise<StorageHealth>
  /** Where new secrets go by choice. */
  readonly storeInUse: () => BackendId
  readonly files: {
    audit(): Promise<FileAudit>
    /** Sealed and overflow files whose entry is not among `keys`. */
    strays(keys: readonly string[]): Promise<readonly string[]>
    /** Takes the rights of others away; returns how many it closed. Skips links and files of somebody else. */
    close(): Promise<number>
    /** Removes what dead writers left half written; returns how many. */
    sweep(): Promise<number>
  }
  readonly catalog: {
    /** Null: there is no catalog yet. Throws CREDENTIAL_UNREADABLE or CONFIG_INVALID. */
    view(): Promise<CatalogView | null>
    /**
     * Whether the secret of an entry can be opened. `savedAt`: when its newest record was saved. Throws KEYCHAIN_*;
     * changes nothing.
     */
    readEntry(entry: CatalogEntry, savedAt: Date | null): Promise<StoredEntryState>
    /** Finishes interrupted operations. False: somebody else has to, because the vault is open elsewhere. */
    settle(): Promise<boolean>
    /**
     * How many credentials the store has beside `keys`. The store is searched only where this catalog has lost entries;
     * the answer is 0 elsewhere, because such credentials belong to another data folder. Throws KEYCHAIN_*, VAULT_LOCKED.
     */
    unlisted(keys: readonly string[]): Promise<number>
    /** Lists those that can be read; how many. Absent: only the window can. Throws as `unlisted`. */
    takeBack?(): Promise<number>
    /** When the doctor last looked; null: never, or it is not remembered. */
    lastRun(): Date | null
    noteRun(at: Date): void
  }
  /** Binds a port on 127.0.0.1 and lets it go. Throws whatever the system says. */
  readonly bindLoopback: () => Promise<void>
  /** What the person's own file of providers would come to now. */
  readonly ownProviders: () => Promise<OwnProvidersAudit>
  /** Null: the SOPS store is not configured. */
  readonly sops: () => Promise<SopsSetup | null>
  readonly oldFiles: () => Promise<{ readonly llxprt: readonly string[]; readonly kstlib: readonly string[] }>
  /** Accounts of the service "kiwi-mcp" that are there; only asked when the keychain works. */
  readonly oldKiwiAccounts: () => Promise<readonly string[]>
}
