import { VaultError } from '#shared/problem.ts'
import type { Clock } from '../../core/ports.ts'
import type { ExportWriter, Sealing, Stop } from '../../core/transfer/transfer-ports.ts'
import { removeFile, renameFile, temporaryBeside, writeFileAtomic } from '../files/atomic-file.ts'
import { readPrivateFile } from '../files/private-files.ts'
import { isSealedText, seal, unseal } from './age-file.ts'
import { encodeExport } from './export-document.ts'

type WriterPorts = { readonly clock: Pick<Clock, 'now'>; readonly version: string }

/** Writes exports and recovery copies: beside their place first, and into it once they were read back from the disk. */
export function createExportWriter({ clock, version }: WriterPorts): ExportWriter {
  return {
    write: async (path, credentials, sealing, stop) => {
      const text = encodeExport(credentials, { at: clock.now(), version })
      const sealed = await seal(text, sealing)
      requireWanted(stop)
      const beside = temporaryBeside(path)
      try {
        await writeFileAtomic(beside, sealed)
        requireWanted(stop)
        await requireReadable(beside, { sealed, text, sealing })
        requireWanted(stop)
        await renameFile(beside, path)
      } catch (error) {
        await removeFile(beside).catch(() => false)
        throw error
      }
    }
  }
}

function requireWanted(stop: Stop | undefined): void {
  if (stop?.aborted === true) {
    throw new VaultError('INVALID_REQUEST', { message: 'The export was interrupted. Nothing was written.' })
  }
}

type Written = { readonly sealed: string; readonly text: string; readonly sealing: Sealing }

/** What only the owner of a recovery key can open is compared byte for byte, the rest is opened as well. */
async function requireReadable(path: string, { sealed, text, sealing }: Written): Promise<void> {
  const found = await readPrivateFile(path)
  const isSame = found === sealed && isSealedText(found)
  const isOpened =
    sealing.kind === 'recipient' ||
    (isSame && (await unseal(found, sealing.passphrase).catch(() => null)) === text)
  if (isSame && isOpened) return
  throw new VaultError('STORE_WRITE_FAILED', {
    message: 'The file could not be read back as it was written. It was removed; choose another place.'
  })
}
