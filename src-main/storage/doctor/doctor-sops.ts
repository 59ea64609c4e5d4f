import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import type { SopsSetup } from '../../core/doctor/doctor-ports.ts'

const FOR_OTHERS = 0o077
const recipient = /\bage1[02-9ac-hj-np-z]{58}\b/g

export type DoctorSopsOptions = {
  /** Null: the SOPS store is not configured. */
  readonly configured: { readonly recipients: readonly string[] } | null
  readonly keyFile: string
  /** Paths where a `.sops.yaml` may be. */
  readonly configFiles: readonly string[]
}

/** Checks what the SOPS store needs, without opening a secret. Null: it is not configured. */
export async function sopsSetup(options: DoctorSopsOptions): Promise<SopsSetup | null> {
  const { configured, keyFile, configFiles } = options
  if (configured === null) return null
  const texts = await Promise.all(configFiles.map((path) => readFile(path, 'utf8').catch(() => null)))
  const found = texts.filter((text) => text !== null)
  const inFiles = found.flatMap((text) => text.match(recipient) ?? [])
  return {
    hasConfig: found.length > 0,
    keyFile: await keyFileState(keyFile),
    recipients: new Set([...configured.recipients, ...inFiles]).size
  }
}

async function keyFileState(path: string): Promise<SopsSetup['keyFile']> {
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isFile()) return 'missing'
  const readable = await access(path, constants.R_OK).then(
    () => true,
    () => false
  )
  if (!readable) return 'denied'
  return process.platform !== 'win32' && (found.mode & FOR_OTHERS) !== 0 ? 'open-to-others' : 'readable'
}
