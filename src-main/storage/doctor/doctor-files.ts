import { chmod, lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { DoctorPorts, FileAudit } from '../../core/doctor/doctor-ports.ts'
import { listNames, sweepTemporaryFiles } from '../files/atomic-file.ts'
import { errorCode, syncDir, isAlive } from '../files/private-files.ts'
import { safeName } from '../files/file-names.ts'
import { parseJson } from '../files/json-text.ts'

const FOR_OTHERS = 0o077
const SEALED = '.enc'
const OVERFLOW = '.sealed'
/** Limits at which the two stores cut their names. */
const MAX_FILE_NAME = 180
const MAX_ACCOUNT = 400
const temporaryName = /^\.(\d+)-[0-9a-f]{16}\.tmp$/

export type DoctorFilesOptions = {
  readonly home: string
  /** Folders that another part looks after; the folders are checked, their contents are not. */
  readonly except: readonly string[]
  /** Folders of encrypted files. */
  readonly sealed: readonly string[]
  readonly overflow: string
  /** User who should own the files. Null: files have no owners (Windows). */
  readonly uid: number | null
}

type Found = {
  readonly path: string
  readonly name: string
  readonly stat: Awaited<ReturnType<typeof lstat>>
}

/**
 * Checks modes, owners and leftovers below a home by file names. Of an overflow file it reads the account
 * only.
 */
export function createDoctorFiles(options: DoctorFilesOptions): DoctorPorts['files'] {
  const { home, uid } = options
  const isForeign = ({ stat }: Found): boolean =>
    stat.isSymbolicLink() || (uid !== null && Number(stat.uid) !== uid)
  const isOpen = ({ stat }: Found): boolean => uid !== null && (Number(stat.mode) & FOR_OTHERS) !== 0

  const everything = (): Promise<Found[]> => walk(home, '.', options.except)

  return {
    audit: async () => {
      const all = await everything()
      const [top] = all
      if (top === undefined) return nothing
      const below = all.slice(1)
      return {
        exists: true,
        homeProblem: homeProblem(top, isForeign(top)),
        // A folder that can't be opened is reported in a row of its own.
        isDurable: await syncDir(home).catch(() => true),
        open: all.filter((each) => !isForeign(each) && isOpen(each)).map(({ name }) => name),
        foreign: below.filter(isForeign).map(({ name }) => name),
        leftovers: below.filter(isLeftover).map(({ name }) => name)
      }
    },
    close: async () => {
      const open = (await everything()).filter((each) => !isForeign(each) && isOpen(each))
      for (const { path, stat } of open) await chmod(path, Number(stat.mode) & 0o700)
      return open.length
    },
    sweep: async () => {
      const folders = (await everything()).filter((each) => each.stat.isDirectory() && !isForeign(each))
      let removed = 0
      for (const { path } of folders) {
        if (!options.except.includes(path)) removed += await sweepTemporaryFiles(path)
      }
      return removed
    },
    strays: async (keys) => [
      ...(await Promise.all(options.sealed.map((dir) => straySealed(dir, keys)))).flat(),
      ...(await strayOverflow(options.overflow, keys))
    ]
  }
}

const nothing: FileAudit = {
  exists: false,
  homeProblem: null,
  isDurable: true,
  open: [],
  foreign: [],
  leftovers: []
}

function homeProblem({ stat }: Found, foreign: boolean): string | null {
  if (stat.isSymbolicLink()) return 'It is a link to another place.'
  if (foreign) return 'It belongs to another user.'
  return stat.isDirectory() ? null : 'It is not a folder.'
}

/** Returns the folder first, then all below it; empty if there is none. Does not follow links. */
async function walk(path: string, name: string, except: readonly string[]): Promise<Found[]> {
  let stat
  try {
    stat = await lstat(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
  const here = { path, name, stat }
  if (!stat.isDirectory() || except.includes(path)) return [here]
  const below: Found[] = []
  for (const child of (await readdir(path)).toSorted()) {
    below.push(...(await walk(join(path, child), name === '.' ? child : join(name, child), except)))
  }
  return [here, ...below]
}

function isLeftover({ name }: Found): boolean {
  const pid = temporaryName.exec(name.split(/[\\/]/).at(-1) ?? '')?.[1]
  return pid !== undefined && Number(pid) !== process.pid && !isAlive(Number(pid))
}

async function straySealed(dir: string, keys: readonly string[]): Promise<string[]> {
  const known = new Set(keys.map((key) => safeName(key, MAX_FILE_NAME) + SEALED))
  return (await listNames(dir)).filter((name) => name.endsWith(SEALED) && !known.has(name))
}

async function strayOverflow(dir: string, keys: readonly string[]): Promise<string[]> {
  const known = new Set(keys.flatMap((key) => [key, safeName(key, MAX_ACCOUNT)]))
  const strays: string[] = []
  for (const name of await listNames(dir)) {
    if (!name.endsWith(OVERFLOW)) continue
    const account = await accountOf(join(dir, name))
    if (account === null || !known.has(account)) strays.push(name)
  }
  return strays
}

/** Returns the account of an overflow file; the sealed part is not read. Null: the file names none. */
async function accountOf(path: string): Promise<string | null> {
  const file = await readFile(path, 'utf8').catch(() => '')
  const parsed = v.safeParse(v.looseObject({ account: v.string() }), parseJson(file))
  return parsed.success ? parsed.output.account : null
}
