// The specs of the app on real Electron: where it is, that it starts, and the suite.
import { electronAt } from './electron-distribution.ts'
import { electronHere, expectedVersion, type Tried, tryOut } from './electron-here.ts'
import { Stop } from './script.ts'
import { playwright, type Suite, withKeyring } from './suites.ts'
import { ensureSystemPackages, testPackages } from './system-packages.ts'

/** The name of the suite's own report. */
export const SPECS_ON_ELECTRON = 'e2e-electron'

const onLinux = process.platform === 'linux'

/** The versions of the Electron that the specs will run on. */
export type ElectronForSpecs = Extract<Tried, { kind: 'works' }> & { readonly electron: string }

/** @throws Stop where Electron is not here and can not be downloaded, or does not start */
export async function electronForSpecs(): Promise<ElectronForSpecs> {
  ensureSystemPackages(testPackages)
  const here = await electronHere()
  if (here.kind === 'stand-in')
    throw new Stop('ELECTRON_OVERRIDE_DIST_PATH names the stand-in, and these specs are for real Electron.')
  if (here.kind === 'missing')
    throw new Stop(`${here.problem.says} So the specs can’t run on it.\n${here.problem.remedy}`)
  const { executable, chosen } = here
  const electron = electronAt(executable)
  // As Playwright starts it on Linux: the homes of the specs are thrown away, so they may do without the sandbox.
  const onDisplay = { ...electron, command: 'xvfb-run', args: ['-a', executable, '--no-sandbox'] }
  const tried = await tryOut(onLinux ? onDisplay : electron, executable, chosen)
  if (tried.kind === 'works') return { ...tried, electron: expectedVersion }
  throw new Stop(`${tried.problem.says} So the specs can’t run on it.\n${tried.problem.remedy}`)
}

/** Every spec of the app; those of the window alone run in a Chromium everywhere. `options`: more of Playwright's. */
export function specsOnElectron(options: readonly string[] = []): Suite {
  const suite = playwright('e2e tests of the app on real Electron', SPECS_ON_ELECTRON, [
    '--project=app',
    ...options
  ])
  return {
    ...suite,
    command: onLinux ? withKeyring(['xvfb-run', '-a', ...suite.command]) : suite.command,
    // Elsewhere the keychain is the person's own, and no spec may write to it.
    env: { ...suite.env, E2E_ON: 'electron', ...(onLinux ? {} : { LATCHKEY_STORE: 'file' }) }
  }
}
