import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that other tools left; their names begin with `~`. Latchkey does not read or change them. */
export type OldFiles = { readonly llxprt: readonly string[]; readonly kstlib: readonly string[] }

const LLXPRT_DEPTH = 2
const llxprtFile = /(?:\.key|^mcp-oauth-tokens-v2\.json)$/
const kstlibFile = /\.token(?:\.sops)?\.json$|\.sops\.json$/

/** Looks for the files of documents 003 and 004 by their names. `userHome` is an absolute path. */
export async function findOldFiles(userHome: string): Promise<OldFiles> {
  return { llxprt: await llxprtFiles(userHome), kstlib: await kstlibFiles(userHome) }
}

async function llxprtFiles(userHome: string): Promise<string[]> {
  const top = join(userHome, '.llxprt')
  const keys = await filesBelow(top, LLXPRT_DEPTH, (name) => llxprtFile.test(name))
  const sealed = await filesBelow(join(top, 'provider-keys'), 0, (name) => name.endsWith('.enc'))
  return [...keys, ...sealed].map((path) => shown(userHome, path)).toSorted()
}

async function kstlibFiles(userHome: string): Promise<string[]> {
  const config = join(userHome, '.config')
  const apps = await entries(config)
  const found = await Promise.all(
    apps
      .filter((app) => app.isDirectory())
      .map((app) => filesBelow(join(config, app.name, 'auth', 'tokens'), 0, (name) => kstlibFile.test(name)))
  )
  return found
    .flat()
    .map((path) => shown(userHome, path))
    .toSorted()
}

/**
 * Returns the files in a folder and `depth` levels below it; none if it can't be read. Links are not
 * followed.
 */
async function filesBelow(dir: string, depth: number, wanted: (name: string) => boolean): Promise<string[]> {
  const found: string[] = []
  for (const entry of await entries(dir)) {
    const path = join(dir, entry.name)
    if (entry.isFile() && wanted(entry.name)) found.push(path)
    else if (entry.isDirectory() && depth > 0) found.push(...(await filesBelow(path, depth - 1, wanted)))
  }
  return found
}

async function entries(dir: string) {
  return readdir(dir, { withFileTypes: true }).catch(() => [])
}

function shown(userHome: string, path: string): string {
  return `~${path.slice(userHome.length)}`
}
