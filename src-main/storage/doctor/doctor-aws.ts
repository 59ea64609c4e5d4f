import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AwsPairsAudit } from '../../core/doctor/doctor-ports.ts'
import { errorCode } from '../files/private-files.ts'
import { pairProfiles } from '../transfer/parse-aws.ts'

type Places = {
  /** What the variable of AWS names; it may begin with `~`. Null: nothing. */
  readonly named: string | null
  readonly userHome: string
}

/** The pairs that the file of the tools of AWS holds in the clear. Throws the system's error for one that can’t be read. */
export async function auditAwsPairs({ named, userHome }: Places): Promise<AwsPairsAudit> {
  const usual = join(userHome, '.aws', 'credentials')
  const path = named === null ? usual : named.replace(/^~(?=\/)/, userHome)
  const shown = path.startsWith(`${userHome}/`) ? `~${path.slice(userHome.length)}` : path
  try {
    return { path: shown, profiles: pairProfiles(await readFile(path, 'utf8')) }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { path: shown, profiles: [] }
    throw error
  }
}
