// The sentences of `npm start` for what keeps Electron or the stand-in from starting.
import type { ProbeResult } from './probe-result.ts'
import type { Advice } from './sandbox-advice.ts'
import type { Distribution } from './system-packages.ts'

export type Problem = {
  /** What is wrong and why, in whole sentences. */
  readonly says: string
  /** What the person can do about it, in whole sentences; may hold a command on lines of its own. */
  readonly remedy: string
}

export type Failure = Exclude<ProbeResult, { kind: 'works' }>

/** What the sentences need to know beside the failure. */
export type Circumstances = {
  /** “Electron” or “Chromium”. */
  readonly name: string
  readonly executable: string
  readonly expectedVersion: string
  /** The person chose it by ELECTRON_OVERRIDE_DIST_PATH. */
  readonly chosen: boolean
  readonly display: string
  readonly distribution: Distribution
  readonly advice: () => Advice
}

export const asRoot: Problem = {
  says: 'Latchkey is not opened as root: Chromium has no sandbox there, and your vault is never opened without one.',
  remedy: 'Run “npm start” as an ordinary user, or see the guided tour: npm run tour'
}

/** What a probe that failed means for the person. */
export function startProblem(failure: Failure, about: Circumstances): Problem {
  const { name, executable, expectedVersion, chosen, display } = about
  switch (failure.kind) {
    case 'root':
      return asRoot
    case 'no-sandbox': {
      const { why, command } = about.advice()
      return {
        says: `${name} can’t build its sandbox here, because ${why}. Your vault is never opened without the sandbox.`,
        remedy: `Paste this line once, then try again:\n\n  ${command}`
      }
    }
    case 'no-display':
      return {
        says: `${name} can’t open a window: the display ${display} does not answer.`,
        remedy: 'Run it in a session on a desktop, or see the guided tour: npm run tour'
      }
    case 'missing-library':
      return {
        says: `${name} can’t start: ${failure.library} is missing.`,
        remedy: library(failure.library, about)
      }
    case 'wrong-version':
      return {
        says: `${executable} is Electron ${failure.version}, and Latchkey is built for ${expectedVersion}.`,
        remedy: chosen
          ? 'Choose another folder by ELECTRON_OVERRIDE_DIST_PATH, or unset it.'
          : 'Remove node_modules/electron/dist and run this again.'
      }
    case 'no-answer':
      return {
        says: `${name} was started and gave no answer within 15 seconds.`,
        remedy: 'Try it once more.'
      }
    case 'ended': {
      const said = failure.said === '' ? '' : ` Its last words: ${failure.said}`
      return {
        says: `${name} can’t start: it ended at once (${failure.how}).${said}`,
        remedy: 'Try it once more.'
      }
    }
  }
}

/** The app itself ended with an error, after a probe that went well. */
export function endedProblem(name: string, how: string): Problem {
  return {
    says: `${name} ended with an error (${how}).`,
    remedy: 'What it said stands above, and what was stored is kept. Run “npm start” again.'
  }
}

/** Debian's packages by their libraries; those of `t64` were renamed in Debian 13 and Ubuntu 24.04. */
const packages: readonly (readonly [RegExp, string, 't64'?])[] = [
  [/^lib(nss3|nssutil3|smime3|ssl3)\.so/, 'libnss3'],
  [/^libnspr4\.so/, 'libnspr4'],
  [/^libgbm\.so/, 'libgbm1'],
  [/^libdrm\.so/, 'libdrm2'],
  [/^libxkbcommon\.so/, 'libxkbcommon0'],
  [/^libatk-1\.0\.so/, 'libatk1.0-0', 't64'],
  [/^libatk-bridge-2\.0\.so/, 'libatk-bridge2.0-0', 't64'],
  [/^libatspi\.so/, 'libatspi2.0-0', 't64'],
  [/^lib(gtk|gdk)-3\.so/, 'libgtk-3-0', 't64'],
  [/^libcups\.so/, 'libcups2', 't64'],
  [/^libasound\.so/, 'libasound2', 't64']
]

function library(file: string, { distribution }: Circumstances): string {
  const { id, like, version } = distribution
  const [, name, renamed] = packages.find(([pattern]) => pattern.test(file)) ?? []
  const isDebian = id === 'debian' || id === 'ubuntu' || like.includes('debian')
  if (name === undefined || !isDebian) return `Install the package that has ${file}, then run this again.`
  const isNew = (id === 'debian' && version >= 13) || (id === 'ubuntu' && version >= 24)
  const suffix = renamed !== undefined && isNew ? renamed : ''
  return `Type “sudo apt-get install ${name}${suffix}”, then run this again.`
}
