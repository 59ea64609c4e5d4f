import { VaultError } from '#shared/problem.ts'
import type { Clock } from '../../core/ports.ts'
import type { ExportWriter, Sealing, Stop } from '../../core/transfer/transfer-ports.ts'
import {
  evidenceCode,
  removeFile,
  renameFile,
  temporaryBeside,
  writeFileAtomic
} from '../files/atomic-file.ts'
import { readPrivateFile } from '../files/private-files.ts'
import { isSealedText, seal, unseal } from './age-file.ts'
import { encodeExport } from './export-document.ts'

type WriterPorts = { readonly clock: Pick<Clock, 'now'>; readonly version: string }

/**
 * Writes exports and recovery copies: first beside their place, and into it after they were read back from
 * the disk.
 */
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
        throw placeProblem(error)
      }
    }
  }
}

/**
 * Returns an error with a sentence on the faulty place that a person can correct; other errors are returned
 * unchanged.
 */
function placeProblem(error: unknown): unknown {
  if (!(error instanceof VaultError)) return error
  const sentence = placeSentences.get(evidenceCode(error) ?? '')
  return sentence === undefined
    ? error
    : new VaultError('STORE_WRITE_FAILED', { message: sentence, cause: error })
}

const NOT_WRITABLE = 'Nothing can be written to that folder. Choose another one.'
const placeSentences: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'There is no such folder. Make it, or choose another one.'],
  ['ENOTDIR', 'A part of that path is not a folder. Choose another place.'],
  ['EACCES', NOT_WRITABLE],
  ['EPERM', NOT_WRITABLE],
  ['EROFS', NOT_WRITABLE],
  ['ENAMETOOLONG', 'The name of the file is too long. Choose a shorter one.'],
  ['ENOSPC', 'There is no space left for the file. Free some, or choose another place.'],
  ['EDQUOT', 'There is no space left for the file. Free some, or choose another place.']
])

function requireWanted(stop: Stop | undefined): void {
  if (stop?.aborted === true) {
    throw new VaultError('INVALID_REQUEST', { message: 'The export was interrupted. Nothing was written.' })
  }
}

type Written = { readonly sealed: string; readonly text: string; readonly sealing: Sealing }

/**
 * Reads the file back. It must be the same byte for byte; a file under a passphrase is also opened. A file
 * for a recovery key can be opened only by the key's owner.
 */
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
