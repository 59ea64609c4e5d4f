import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'latchkey')
/** Packages that are always unpacked; of their dependencies, only libraries that this computer lacks are. */
const OWN = ['glewlwyd', 'glewlwyd-common']

export type GlewlwydPackage = {
  readonly program: string
  readonly modules: string
  readonly schema: string
  readonly libraryPath: string
}

/**
 * Returns Debian's Glewlwyd, unpacked into a folder of the project at its first use. It is not installed,
 * because that starts a server with a well-known password and needs root. Rejects if there is no apt-get, or
 * no network at the first use.
 */
export async function glewlwydPackage(): Promise<GlewlwydPackage> {
  const root = join(CACHE, `glewlwyd-${process.arch}`)
  if (!(await isWhole(root))) await unpack(root)
  return await partsOf(root)
}

async function partsOf(root: string): Promise<GlewlwydPackage> {
  const folders = ['usr/lib', 'lib'].map(async (place) => {
    const names = await readdir(join(root, place)).catch(() => [])
    return names.filter((name) => name.includes('-linux-')).map((name) => join(root, place, name))
  })
  return {
    program: join(root, 'usr/bin/glewlwyd'),
    modules: join(root, 'usr/lib/glewlwyd'),
    schema: join(root, 'usr/share/dbconfig-common/data/glewlwyd/install/sqlite3'),
    libraryPath: (await Promise.all(folders)).flat().join(':')
  }
}

/** True if the program and every library that it and its modules load are there. */
async function isWhole(root: string): Promise<boolean> {
  const { program, modules, schema, libraryPath } = await partsOf(root)
  if (!existsSync(schema)) return false
  const files = await readdir(modules, { recursive: true })
  const loaded = [program, ...files.filter((name) => name.endsWith('.so')).map((name) => join(modules, name))]
  const env = { ...process.env, LC_ALL: 'C', LD_LIBRARY_PATH: libraryPath }
  const { stdout } = await run('ldd', loaded, { env })
  return !stdout.includes('not found')
}

/** Unpacks beside the final place and renames in one step, because another run may do the same. */
async function unpack(root: string): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  const work = await mkdtemp(`${root}-`)
  try {
    const debs = join(work, 'debs')
    const parts = join(work, 'parts')
    await mkdir(debs)
    // The package lists of this computer may be missing, or so old that their packages are gone.
    await download([], debs).catch(async () => await download(await freshLists(work), debs))
    for (const name of await readdir(debs)) await run('dpkg', ['-x', join(debs, name), parts])
    if (!(await isWhole(parts)))
      throw new Error('Glewlwyd was unpacked, and a library that it needs is missing.')
    await rm(root, { recursive: true, force: true })
    await rename(parts, root)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function download(options: readonly string[], into: string): Promise<void> {
  const env = { ...process.env, LC_ALL: 'C' }
  // A simulation: apt-get lists the packages of an installation and changes nothing.
  const install = [...options, '--simulate', '--no-install-recommends', 'install', ...OWN]
  const { stdout } = await run('apt-get', install, { env })
  const missing = [...stdout.matchAll(/^Inst (lib[^ :]+)/gm)].map(([, name = '']) => name)
  await run('apt-get', [...options, 'download', ...OWN, ...missing], { cwd: into, env })
}

/** Fetches package lists into that folder, which needs no root; returns the options for apt-get. */
async function freshLists(work: string): Promise<readonly string[]> {
  const lists = join(work, 'lists')
  await mkdir(join(lists, 'partial'), { recursive: true })
  const options = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${lists}`]
  await run('apt-get', [...options, '--quiet', 'update'])
  return options
}
