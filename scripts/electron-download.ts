// Electron's own download, with its progress shown and an end to it.
import { accessSync, constants, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type BoundedEnd, runBounded } from './bounded-program.ts'
import { findElectron } from './electron-distribution.ts'
import type { Environment } from './script.ts'
import { temporaryFolder } from './temporary-folder.ts'

export type Download = {
  /** Electron's npm package. */
  readonly folder: string
  readonly platform: NodeJS.Platform
  readonly env: Environment
  /** Told the bytes that have come, whenever there are more. */
  readonly onProgress: (bytes: number) => void
}

export type Downloaded =
  | { readonly kind: 'done'; readonly executable: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly remedy: string }

const STILL_MS = 15_000
const LIMIT_MS = 600_000

/**
 * Runs Electron's install.js, which downloads, compares the checksum and unpacks. It ends after fifteen seconds in
 * which nothing came, and after ten minutes in all.
 */
export async function downloadElectron({ folder, platform, env, onProgress }: Download): Promise<Downloaded> {
  const dist = join(folder, 'dist')
  // Its temporary folder is one of ours, so that the growing file can be seen.
  const temporary = temporaryFolder('electron')
  const progress = (): number => {
    const bytes = sizeOf(temporary.path) + sizeOf(dist)
    onProgress(bytes)
    return bytes
  }
  try {
    accessSync(folder, constants.W_OK)
    rmSync(dist, { recursive: true, force: true }) // half of one, or one of another version
    const end = await runBounded({
      command: process.execPath,
      args: [join(folder, 'install.js')],
      env: {
        ...env,
        TMPDIR: temporary.path,
        TEMP: temporary.path,
        TMP: temporary.path,
        ELECTRON_GET_NO_PROGRESS: '1',
        ELECTRON_OVERRIDE_DIST_PATH: undefined,
        NODE_USE_ENV_PROXY: '1' // the proxy of HTTPS_PROXY, as npm has it
      },
      limitMs: LIMIT_MS,
      still: { ms: STILL_MS, progress }
    })
    const found = findElectron({ platform, env: {}, folder })
    if (found.kind === 'here') return { kind: 'done', executable: found.executable }
    return downloadFailure(end)
  } catch (error) {
    return downloadFailure({ kind: 'exit', code: 1, output: String(error) })
  } finally {
    temporary.remove()
  }
}

type Failed = Extract<Downloaded, { kind: 'failed' }>
const network = 'Run this again on a network that has it.'
const again = 'Run this again.'

/** What is written in each case. Addresses are never quoted: a mirror's may hold a password. */
const failures: readonly (readonly [pattern: RegExp, reason: string, remedy: string])[] = [
  [
    /did not match|ChecksumMismatch/i,
    'what came is not what was published, because its checksum is another',
    'Look at ELECTRON_MIRROR if it is set, or use another network.'
  ],
  [/fetch failed/, 'its server can’t be reached from this network', network],
  [/terminated|aborted|ECONNRESET|premature/i, 'the connection broke off', again],
  [/ENOSPC/, 'the disk is full', again],
  [
    /EACCES|EPERM|EROFS/,
    'node_modules/electron can’t be written to',
    'Run this as the user whom that folder belongs to.'
  ]
]

/** Why there is no Electron after install.js. */
export function downloadFailure(end: BoundedEnd): Failed {
  const failed = (reason: string, remedy: string): Failed => ({ kind: 'failed', reason, remedy })
  if (end.kind === 'too-long') return failed('it took longer than ten minutes', network)
  if (end.kind === 'stands-still') return failed('nothing came for fifteen seconds', network)
  const status = /Response code (\d+)/.exec(end.output)?.[1]
  if (status !== undefined) return failed(`the server answered ${status}`, network)
  const [, reason, remedy] = failures.find(([pattern]) => pattern.test(end.output)) ?? []
  return failed(reason ?? 'no Electron came of it', remedy ?? 'To see why: npx install-electron')
}

/** The bytes of all files in a folder; 0 where there is none. */
function sizeOf(folder: string): number {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .reduce(
        (sum, entry) =>
          sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
        0
      )
  } catch {
    return 0 // gone while we looked
  }
}
