import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { homeLayout } from './config.ts'
import type { CredentialRepository } from './core/ports.ts'
import { type RecoveryRecord, RecoveryService } from './core/transfer/recovery-service.ts'
import { newRecoveryKey } from './storage/transfer/age-file.ts'
import { createRecoveryFiles } from './storage/transfer/recovery-files.ts'
import type { createTransfer, VaultTransferBasis } from './vault-transfer.ts'

type Copies = Pick<ReturnType<typeof createTransfer>, 'writer' | 'collect'> & {
  /** A path as a person is shown it. */
  readonly shown: (path: string) => string
}

/** The sealed copies that are made after each change, and the key that opens them. */
export function recoveryOf(
  { clock, dialogs, catalog, config, repository }: VaultTransferBasis,
  { writer, collect, shown }: Copies
): RecoveryService {
  return new RecoveryService({
    clock,
    memory: {
      read: () => readRecord(catalog.preference(RECOVERY)),
      write: (record) => catalog.setPreference(RECOVERY, record)
    },
    newKey: newRecoveryKey,
    show: (key) => key.expose((text) => dialogs.showRecoveryKey(text)),
    collect,
    fingerprint: () => fingerprintOf(repository),
    files: createRecoveryFiles({ dir: homeLayout(config.home).recovery, writer, shown })
  })
}

const RECOVERY = 'recovery'

const recordSchema = v.object({
  recipient: v.string(),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  copiedAt: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
  fingerprint: v.nullable(v.string()),
  isComplete: v.boolean()
})

function readRecord(stored: unknown): RecoveryRecord | null {
  const parsed = v.safeParse(recordSchema, stored)
  return parsed.success ? parsed.output : null
}

/** Of what the catalog knows of every entry but when it was used and how it is doing. */
function fingerprintOf(repository: Pick<CredentialRepository, 'list'>): string {
  const entries = repository
    .list()
    .map(({ lastUsedAt: _used, health: _health, backend: _backend, ...kept }) => kept)
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex')
}
