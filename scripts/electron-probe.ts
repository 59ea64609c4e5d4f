// Starts Electron, or the stand-in, on the smallest app before the person's vault is opened with it.
import { join } from 'node:path'
import { runBounded } from './bounded-program.ts'
import type { Runtime } from './electron-distribution.ts'
import { type ProbeResult, probeResult } from './probe-result.ts'
import { root } from './script.ts'
import { temporaryFolder } from './temporary-folder.ts'

const PROBE_LIMIT_MS = 15_000

/**
 * Whether it starts here: under this user, in its sandbox, on this display, in its version. Its profile is a folder
 * that goes with it; after fifteen seconds it is ended with its children.
 */
export async function probe(runtime: Runtime, expectedVersion: string): Promise<ProbeResult> {
  const profile = temporaryFolder('probe')
  try {
    const end = await runBounded({
      command: runtime.command,
      args: [...runtime.args, join(root, 'scripts', 'electron-probe'), `--user-data-dir=${profile.path}`],
      // The stand-in passes on what Chromium says.
      env: { ...process.env, ...runtime.env, ELECTRON_HOST_DEBUG: '1' },
      limitMs: PROBE_LIMIT_MS
    })
    return probeResult(end, expectedVersion)
  } finally {
    profile.remove()
  }
}
