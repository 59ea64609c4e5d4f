// `npm start`: builds, and opens the vault in Electron; in Chromium through the stand-in if the person wants that.
import { ensureChromium } from './browsers.ts'
import { electronAt, type Runtime, standIn } from './electron-distribution.ts'
import { electronHere, expectedVersion, tryOut } from './electron-here.ts'
import { howItEnded } from './probe-result.ts'
import { build, exitCode, root, runProgram, say, script, Stop } from './script.ts'
import { asRoot, endedProblem, type Problem } from './start-problem.ts'
import { confirm, isTerminal } from './terminal.ts'

const { env, platform } = process
const ours = new Set(['--host', '--built'])
const given = process.argv.slice(2)
const appArgs = given.filter((argument) => !ours.has(argument))

await script(async () => {
  const hasDisplay = platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
  // Chromium's sandbox on Linux refuses root; the tour's home is thrown away, so the tour may do without.
  if (hasDisplay && platform === 'linux' && process.getuid?.() === 0) throw stop(asRoot)
  if (!given.includes('--built')) await build()
  if (!hasDisplay) return tour()
  return given.includes('--host') ? openInChromium() : openInElectron()
})

function stop({ says, remedy }: Problem): Stop {
  return new Stop(`${says}\n${remedy}`)
}

async function tour(): Promise<number> {
  say('This machine has no display: here is the guided tour instead of a window.\n')
  return exitCode(await runProgram(process.execPath, [`${root}/scripts/tour.ts`, '--built']))
}

async function openInElectron(): Promise<number> {
  const electron = await electronHere()
  if (electron.kind === 'stand-in') return openInChromium()
  if (electron.kind === 'missing') return offerChromium(electron.problem)
  const { executable, chosen } = electron
  const runtime = electronAt(executable)
  const tried = await tryOut(runtime, executable, chosen)
  if (tried.kind === 'works') return open(runtime, `Electron ${expectedVersion}`)
  // Chromium could do no more.
  if (tried.because === 'no-display' || tried.because === 'root') throw stop(tried.problem)
  return offerChromium(tried.problem)
}

/** The vault is a person's own: the stand-in opens it only after a yes. */
async function offerChromium({ says, remedy }: Problem): Promise<number> {
  if (!isTerminal())
    throw new Stop(`${says}\n${remedy}\nTo open your vault in Chromium instead: npm start -- --host`)
  say(`\n${says}\n${remedy}\n`)
  if (await confirm('Open your vault in Chromium instead, through the stand-in for Electron?'))
    return openInChromium()
  say('Nothing was opened.')
  return 1
}

async function openInChromium(): Promise<number> {
  const executable = await ensureChromium(true)
  const tried = await tryOut(standIn, executable)
  if (tried.kind === 'fails') throw stop(tried.problem)
  return open(standIn, 'Chromium, through the stand-in for Electron')
}

async function open(runtime: Runtime, words: string): Promise<number> {
  say(`Latchkey runs in ${words}.`)
  const end = await runProgram(runtime.command, [...runtime.args, '.', ...appArgs], runtime.env)
  const wasAsked = end.kind === 'signal' && ['SIGINT', 'SIGTERM', 'SIGHUP'].includes(end.signal)
  if (!wasAsked && exitCode(end) !== 0) throw stop(endedProblem(runtime.name, howItEnded(end)))
  return exitCode(end)
}
