// What every script shares: where the project is, what is said to the person, how other programs are run.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'

/** The project's folder. */
export const root = resolve(import.meta.dirname, '..')

export type Environment = Readonly<Record<string, string | undefined>>

/** Ends a script with its message, which is for the person: what is wrong, why, and what to do. */
export class Stop extends Error {}

/** Runs a script: its number is the exit code; a `Stop` is told without a stack trace and ends with 1. */
export async function script(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    process.stderr.write(`\n${error.message}\n`)
    process.exitCode = 1
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** How a program ended. `failure`: the code of the system where it could not be started, such as ENOENT. */
export type End =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not-started'; readonly failure: string }

/** Runs a program in the project's folder, with its input and output the person's own. */
export async function runProgram(
  command: string,
  args: readonly string[],
  env: Environment = {}
): Promise<End> {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  const ignore = (): void => undefined // a terminal sends it to both, and the program answers it
  process.on('SIGINT', ignore).on('SIGTERM', forward).on('SIGHUP', forward)
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return signal === null ? { kind: 'exit', code: code ?? 1 } : { kind: 'signal', signal }
  } catch (error) {
    return { kind: 'not-started', failure: (error as NodeJS.ErrnoException).code ?? String(error) }
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', forward).off('SIGHUP', forward)
  }
}

/** The exit code a shell would show for it. */
export function exitCode(end: End): number {
  if (end.kind === 'exit') return end.code
  return end.kind === 'signal' ? 128 + constants.signals[end.signal] : 127
}

/** A tool of node_modules on the pinned Node, by the path of its JavaScript. */
export function runTool(path: string, args: readonly string[], env: Environment = {}): Promise<End> {
  return runProgram(process.execPath, [join(root, 'node_modules', path), ...args], env)
}

/** Builds the app and the command line, as `npm run build`, or ends the script. */
export async function build(): Promise<void> {
  say('Building …')
  const quiet = ['build', '--logLevel', 'warn']
  const ends = [
    await runTool('electron-vite/bin/electron-vite.js', quiet),
    await runTool('vite/bin/vite.js', [...quiet, '--config', 'cli.vite.config.ts'])
  ]
  if (ends.some((end) => exitCode(end) !== 0)) {
    throw new Stop('The build failed; the lines above say where.')
  }
}
