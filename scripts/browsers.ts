// The Chromium of the stand-in: the one that is here, else the one that can be got here.
import { findChromium } from '../electron-host/src/installed-chromium.ts'
import { runBounded } from './bounded-program.ts'
import { root, say, Stop } from './script.ts'
import {
  ensureSystemPackages,
  hasChromiumPackage,
  type SystemPackage,
  thisDistribution
} from './system-packages.ts'

const none =
  'There is no Chromium here, and none can be downloaded from this network. Install Google Chrome, Chromium or Microsoft Edge (on Ubuntu not as a snap), or set ELECTRON_HOST_CHROMIUM to the path of one, and run this again.'

/**
 * Makes sure that there is a Chromium, with windows or without, and these system packages; what is missing is installed
 * in one go.
 * @throws Stop with what to do where something can not be had
 */
export async function ensureChromium(
  headed: boolean,
  others: readonly SystemPackage[] = []
): Promise<string> {
  const found = await chromium(headed)
  const fromPackage = found === null && process.platform === 'linux' && hasChromiumPackage(thisDistribution())
  ensureSystemPackages(fromPackage ? ['chromium', 'chromium-headless-shell', ...others] : others)
  if (found === null && !fromPackage) await downloadChromium()
  const now = found ?? (await chromium(headed))
  if (now === null) throw new Stop(none)
  return now
}

/** As `findChromium`; its complaint about the variable is for the person. */
async function chromium(headed: boolean): Promise<string | null> {
  try {
    return await findChromium(headed)
  } catch (error) {
    throw new Stop((error as Error).message)
  }
}

/** Playwright's own download, which tries several times; it shows its progress in its output. */
async function downloadChromium(): Promise<void> {
  say('Downloading a Chromium …')
  let written = 0
  await runBounded({
    command: process.execPath,
    args: [`${root}/node_modules/@playwright/test/cli.js`, 'install', 'chromium'],
    env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '8000' },
    limitMs: 600_000,
    still: { ms: 25_000, progress: () => written },
    onOutput(data) {
      if (!data.includes('%')) return // what it says about a download that fails is said by our own sentence
      written += data.length
      process.stdout.write(data)
    }
  })
}
