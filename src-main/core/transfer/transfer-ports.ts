import type { CredentialKind, CredentialRef } from '#shared/credential.ts'
import type { ImportFormat } from '#shared/transfer.ts'
import type { Credential } from '../credential-record.ts'
import type { Secret } from '../secret.ts'

/** One entry that a file or a text holds. */
export type FoundEntry = {
  readonly ref: CredentialRef
  /** As shown: letters that can be shown, at most 200. */
  readonly name: string
  readonly kind: CredentialKind
  /** Null: it can not be kept, and the note says why. */
  readonly credential: Credential | null
  readonly note: string | null
  /** Origin of the server that its tokens are for, its host in the letters of DNS; absent: it has none. */
  readonly issuer?: string
}

/** Everything a file or a text holds. */
export type Found = {
  readonly format: ImportFormat
  readonly entries: readonly FoundEntry[]
  /** What was left out, a sentence each, never quoting a value. */
  readonly skipped: readonly string[]
  /** Something that was left out may be a secret, so the file is never removed. */
  readonly leavesSecrets: boolean
  /** Text of the file without the entries; null: nothing is left of it. */
  readonly rest: string | null
}

/** A file that entries were read from, to take the plaintext away afterwards. */
export interface PlaintextFile {
  /** A regular file of the person's own, not a link: only such a file is ever changed. */
  readonly isOwn: boolean
  /**
   * Puts `rest` in its place, or removes it. False: it is not the file that was read any more, and nothing was done.
   * Throws STORE_WRITE_FAILED.
   */
  take(rest: string | null): Promise<boolean>
}

export type ImportText = {
  readonly text: Secret
  /** Name of the file, for its format; null: pasted. */
  readonly fileName: string | null
  /** As shown to the person; null: pasted. */
  readonly path: string | null
  readonly file: PlaintextFile | null
}

export interface ImportReader {
  isSealed(text: Secret): boolean
  /** Throws INVALID_REQUEST for a secret that does not fit, a newer version or an unknown file, CREDENTIAL_UNREADABLE. */
  open(text: Secret, secret: Secret): Promise<Found>
  /** Rejects with INVALID_REQUEST, saying why, for a text in no known format. A long text is read in slices. */
  read(source: Pick<ImportText, 'text' | 'fileName'>): Promise<Found>
}

/** Who can open what is sealed: who knows the passphrase, or who has the key of an `age1…` recipient. */
export type Sealing =
  | { readonly kind: 'passphrase'; readonly passphrase: Secret }
  | { readonly kind: 'recipient'; readonly recipient: string }

/** As an AbortSignal. */
export type Stop = { readonly aborted: boolean }

export interface ExportWriter {
  /**
   * Seals the credentials into a file, durably and for the owner alone, and reads it back. Throws STORE_WRITE_FAILED;
   * a file that was there is then as it was. `stop`: once it is aborted nothing is put in place any more, and
   * INVALID_REQUEST is thrown.
   */
  write(path: string, credentials: readonly Credential[], sealing: Sealing, stop?: Stop): Promise<void>
}
