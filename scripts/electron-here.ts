// Electron as it is on this machine: found, or downloaded with the progress shown, and tried before it is used.
import { realpathSync } from 'node:fs'
import { downloadElectron } from './electron-download.ts'
import { electronFolder, electronVersion, findElectron, type Runtime } from './electron-distribution.ts'
import { probe } from './electron-probe.ts'
import { sandboxAdvice, sandboxFacts } from './sandbox-advice.ts'
import { say } from './script.ts'
import { type Failure, type Problem, startProblem } from './start-problem.ts'
import { thisDistribution } from './system-packages.ts'
import { megabytes } from './terminal.ts'

const { env, platform } = process
export const expectedVersion = electronVersion(electronFolder)

/** `chosen`: by ELECTRON_OVERRIDE_DIST_PATH, which may also name the stand-in. */
export type ElectronHere =
  | { readonly kind: 'here'; readonly executable: string; readonly chosen: boolean }
  | { readonly kind: 'stand-in' }
  | { readonly kind: 'missing'; readonly problem: Problem }

/** Finds Electron, or downloads it. */
export async function electronHere(): Promise<ElectronHere> {
  const found = findElectron({ platform, env, folder: electronFolder })
  if (found.kind === 'chosen-is-absent') {
    const says = `ELECTRON_OVERRIDE_DIST_PATH names ${found.folder}, and there is no Electron in it.`
    return { kind: 'missing', problem: { says, remedy: 'Correct it, or unset it.' } }
  }
  return found.kind === 'absent' ? downloaded() : found
}

async function downloaded(): Promise<ElectronHere> {
  say(`Downloading Electron ${expectedVersion} …`)
  const { show, end } = megabytes()
  const result = await downloadElectron({ folder: electronFolder, platform, env, onProgress: show })
  end()
  if (result.kind === 'done') return { kind: 'here', executable: result.executable, chosen: false }
  const says = `Electron ${expectedVersion} is not here and could not be downloaded: ${result.reason}.`
  return { kind: 'missing', problem: { says, remedy: result.remedy } }
}

/** How a runtime does on the probe. */
export type Tried =
  | { readonly kind: 'works'; readonly chromium: string; readonly node: string }
  | { readonly kind: 'fails'; readonly because: Failure['kind']; readonly problem: Problem }

/** Starts the runtime on the probe. `executable`: the program whose sandbox it is. */
export async function tryOut(runtime: Runtime, executable: string, chosen = false): Promise<Tried> {
  const result = await probe(runtime, expectedVersion)
  if (result.kind === 'works') return result
  const problem = startProblem(result, {
    name: runtime.name,
    executable,
    expectedVersion,
    chosen,
    display: env['DISPLAY'] || (env['WAYLAND_DISPLAY'] ?? ''),
    distribution: thisDistribution(),
    advice: () => {
      const real = realpathSync(executable) // a profile of AppArmor is for the file itself
      return sandboxAdvice(real, sandboxFacts(real))
    }
  })
  return { kind: 'fails', because: result.kind, problem }
}
