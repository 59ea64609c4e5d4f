import { join } from 'node:path'
import type { RecoveryFiles } from '../../core/transfer/recovery-service.ts'
import type { ExportWriter } from '../../core/transfer/transfer-ports.ts'
import { removeFile, renameFile } from '../files/atomic-file.ts'
import { ensurePrivateDir } from '../files/private-files.ts'

const NAME = 'latchkey-recovery.age'
const COMPLETE = 'latchkey-recovery.complete.age'

type Options = {
  readonly dir: string
  readonly writer: ExportWriter
  readonly shown: (path: string) => string
}

/** The recovery copies in a folder of their own, for their owner alone. */
export function createRecoveryFiles({ dir, writer, shown }: Options): RecoveryFiles {
  const path = join(dir, NAME)
  const complete = join(dir, COMPLETE)
  return {
    path: shown(path),
    write: async (credentials, recipient, aside) => {
      await ensurePrivateDir(dir)
      const next = join(dir, `${NAME}.next`)
      await writer.write(next, credentials, { kind: 'recipient', recipient })
      // After a crash between the two steps, the complete copy is still in its place aside.
      if (aside === 'put') await renameFile(path, complete)
      await renameFile(next, path)
      if (aside === 'drop') await removeFile(complete)
    },
    remove: async () => {
      for (const each of [path, complete]) await removeFile(each)
    }
  }
}
