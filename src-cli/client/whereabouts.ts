import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Whereabouts } from '#shared/broker/whereabouts.ts'

const LARGEST_CONFIG = 256 * 1024
const MOST_REMOTES = 20

/** Where this program runs, for a request. Nothing: its folder is gone, or its path is too long. */
export function whereabouts(): { readonly from?: Whereabouts } {
  try {
    const folder = process.cwd()
    if (folder.length > 4096) return {}
    return { from: { folder, remotes: [...remotesAt(folder)] } }
  } catch {
    return {}
  }
}

/**
 * The remotes of the git repository that a folder is in, as `host/owner/name`; empty: it is in none. Reads the
 * configuration of the repository as a text, starts no git and follows no include.
 */
export function remotesAt(folder: string): readonly string[] {
  const config = configAbove(folder)
  const text = config === null ? null : readSmall(config)
  const urls = [...(text ?? '').matchAll(/^\s*url\s*=\s*"?([^"\n]+?)"?\s*$/gm)].map(([, url = '']) => url)
  const remotes = urls.flatMap((url) => remoteOf(url) ?? [])
  return [...new Set(remotes)].slice(0, MOST_REMOTES)
}

/** The address of a remote as `host/owner/name` in lower case, without user and port. Null: it is on no server. */
export function remoteOf(url: string): string | null {
  const [, host = '', path = ''] =
    /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^:/]+)(?::\d+)?\/(.+)$/.exec(url) ??
    /^(?:[^@/:]+@)?([^:/]{2,}):(?!\/\/)(.+)$/.exec(url) ??
    []
  const clean = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')
  if (host === '' || clean === '' || clean.length > 400) return null
  return `${host}/${clean}`.toLowerCase()
}

/** Returns the configuration of the git repository that a folder belongs to; null outside of a repository. */
function configAbove(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const git = join(at, '.git')
    const found = statSync(git, { throwIfNoEntry: false })
    if (found?.isDirectory() === true) return join(git, 'config')
    if (found?.isFile() === true) return configOf(git, at)
    if (dirname(at) === at) return null
  }
}

/** Of a working tree or a submodule, whose `.git` is a file that names the folder. */
function configOf(file: string, at: string): string | null {
  const named = /^gitdir: (.+)$/m.exec(readSmall(file) ?? '')?.[1]
  if (named === undefined) return null
  const folder = resolve(at, named)
  const common = readSmall(join(folder, 'commondir'))?.trim() ?? '.'
  return join(isAbsolute(common) ? common : join(folder, common), 'config')
}

/** Null: it can not be read, or is larger than such a file is. */
function readSmall(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile() !== true || found.size > LARGEST_CONFIG) return null
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
