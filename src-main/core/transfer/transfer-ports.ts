import type { CredentialKind, CredentialRef } from '#shared/credential.ts'
import type { ImportFormat } from '#shared/transfer.ts'
import type { Credential } from '../credential-record.ts'
import type { Secret } from '../secret.ts'

/** One entry of a file or text. */
export type FoundEntry = {
  readonly ref: CredentialRef
  /** Displayed name: printable letters, at most 200. */
  readonly name: string
  readonly kind: CredentialKind
  /** Null: it cannot be imported, and the note says why. */
  readonly credential: Credential | null
  readonly note: string | null
  /**
   * Origin of the issuer or MCP server of its tokens, with its host as DNS writes it (Punycode). Absent: it has
   * no such server.
   */
  readonly issuer?: string
}

/** The whole content of a file or text. */
export type Found = {
  readonly format: ImportFormat
  readonly entries: readonly FoundEntry[]
  /** Entries that were left out, one sentence each, never with a value. */
  readonly skipped: readonly string[]
  /** True if a part that was left out may be a secret; the file is then never removed. */
  readonly leavesSecrets: boolean
  /** Text of the file without the entries. Null: nothing is left. */
  readonly rest: string | null
}

/** A file that entries were read from; its plaintext can be removed afterwards. */
export interface PlaintextFile {
  /** True for a regular file of the person's own, not a link; only such a file is ever changed. */
  readonly isOwn: boolean
  /**
   * Replaces the file with `rest`, or removes it. False: the file has changed since it was read, and nothing
   * was done. Throws STORE_WRITE_FAILED.
   */
  take(rest: string | null): Promise<boolean>
}

export type ImportText = {
  readonly text: Secret
  /** Name of the file, to detect its format. Null: the text was pasted. */
  readonly fileName: string | null
  /** Path as displayed. Null: the text was pasted. */
  readonly path: string | null
  readonly file: PlaintextFile | null
}

export interface ImportReader {
  isSealed(text: Secret): boolean
  /**
   * Opens a sealed text. Throws INVALID_REQUEST for a wrong secret, a newer version or an unknown file,
   * CREDENTIAL_UNREADABLE.
   */
  open(text: Secret, secret: Secret): Promise<Found>
  /**
   * Reads a text, a long one in slices. Rejects with INVALID_REQUEST and the reason for a text in an unknown
   * format.
   */
  read(source: Pick<ImportText, 'text' | 'fileName'>): Promise<Found>
}

/** The way a file is sealed: with a passphrase, or to an `age1…` recipient. */
export type Sealing =
  | { readonly kind: 'passphrase'; readonly passphrase: Secret }
  | { readonly kind: 'recipient'; readonly recipient: string }

/** Has the shape of an AbortSignal. */
export type Stop = { readonly aborted: boolean }

/** Called before each entry that is read or stored: `done` of `total` are. */
export type OnStep = (done: number, total: number) => void

export interface ExportWriter {
  /**
   * Seals the credentials into a file, durably and for the owner alone, and reads it back. Throws
   * STORE_WRITE_FAILED with an existing file unchanged. `stop`: once it is aborted, no file is put in place
   * and INVALID_REQUEST is thrown.
   */
  write(path: string, credentials: readonly Credential[], sealing: Sealing, stop?: Stop): Promise<void>
}
