import type { CredentialRef } from '#shared/credential.ts'
import { isEntryProblem, VaultError } from '#shared/problem.ts'
import type { ExportReport } from '#shared/transfer.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { Credential } from '../credential-record.ts'
import type { CredentialRepository } from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { ExportWriter, OnStep, Stop } from './transfer-ports.ts'

type ExportPorts = {
  readonly repository: Pick<CredentialRepository, 'list'>
  /** Returns the newest credential, also with a refreshed token that could not be saved yet. Null: none. */
  readonly current: (ref: CredentialRef) => Promise<Credential | null>
  readonly writer: ExportWriter
}

export type ExportOrder = {
  readonly path: string
  readonly passphrase: Secret
  /** Nothing more is written once it is aborted. */
  readonly stop?: Stop
  /** Told of each entry that was read. */
  readonly onStep?: OnStep
}

export type Collected = {
  readonly credentials: readonly Credential[]
  /** Entries that can't be read, as displayed: "GitHub · octocat". */
  readonly missing: readonly string[]
}

/**
 * Reads every credential as a whole. Throws KEYCHAIN_* if the store does not answer: its entries then do not
 * count as missing.
 */
export async function collectCredentials(
  { repository, current }: Omit<ExportPorts, 'writer'>,
  onStep?: OnStep
): Promise<Collected> {
  const credentials: Credential[] = []
  const missing: string[] = []
  const entries = repository.list()
  for (const [index, { ref, name }] of entries.entries()) {
    onStep?.(index, entries.length)
    try {
      const held = await current(ref)
      // Null: it was removed meanwhile.
      if (held !== null) credentials.push(held)
    } catch (error) {
      if (!isEntryProblem(error)) throw error
      const reason = error.code === 'KEYCHAIN_DUPLICATE' ? ' (twice in the keychain)' : ''
      missing.push(`${cleanText(`${name} · ${ref.account}`, '?')}${reason}`)
    }
  }
  return { credentials, missing }
}

/**
 * Writes every credential into one file that the passphrase opens. Throws INVALID_REQUEST if there is nothing
 * to write or it was stopped, KEYCHAIN_*, STORE_WRITE_FAILED with a former file unchanged.
 */
export async function exportVault(
  ports: ExportPorts,
  { path, passphrase, stop, onStep }: ExportOrder
): Promise<ExportReport> {
  const { credentials, missing } = await collectCredentials(ports, onStep)
  if (credentials.length === 0) {
    throw new VaultError('INVALID_REQUEST', { message: 'There is nothing to export.' })
  }
  await ports.writer.write(path, credentials, { kind: 'passphrase', passphrase }, stop)
  return { path, exported: credentials.length, missing: [...missing] }
}
