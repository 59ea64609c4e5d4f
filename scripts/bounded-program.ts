// A program that may hang: its output is kept, and it is ended with all its children when its time is up.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { End, Environment } from './script.ts'

export type BoundedProgram = {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Environment
  /** How long it may take in all. */
  readonly limitMs: number
  /** How long it may stand still: `progress` is asked several times a second, and has to be another number by then. */
  readonly still?: { readonly ms: number; readonly progress: () => number }
  /** Told what it writes, as it comes. */
  readonly onOutput?: (data: string) => void
}

/** `too-long`, `stands-still`: it was ended by us. */
type BareEnd = End | { readonly kind: 'too-long' } | { readonly kind: 'stands-still' }
/** `output`: the last of what it wrote to both streams. */
export type BoundedEnd = BareEnd & { readonly output: string }

const KEPT = 64_000
const LOOK_EVERY_MS = 200

/** Runs it to its end or to its bound. Never rejects for what the program does. */
export async function runBounded(program: BoundedProgram): Promise<BoundedEnd> {
  const child = spawn(program.command, program.args, {
    env: program.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32', // a process group of its own, which is ended as one
    windowsHide: true
  })
  let output = ''
  const keep = (data: Buffer): void => {
    output = (output + String(data)).slice(-KEPT)
    program.onOutput?.(String(data))
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const closed = once(child, 'close').catch(() => undefined)
  const interrupt = (signal: NodeJS.Signals): void => {
    endTree(child)
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('SIGHUP', interrupt)
  try {
    const end = await firstEnd(child, program)
    endTree(child) // also what it left behind
    await Promise.race([closed, delay(1000, undefined, { ref: false })])
    return { ...end, output }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('SIGHUP', interrupt)
  }
}

function firstEnd(child: ChildProcess, { limitMs, still }: BoundedProgram): Promise<BareEnd> {
  return new Promise((resolve) => {
    const started = performance.now()
    let moved = { at: started, progress: still?.progress() }
    const timer = setInterval(() => {
      const now = performance.now()
      const progress = still?.progress()
      if (progress !== moved.progress) moved = { at: now, progress }
      if (now - started >= limitMs) finish({ kind: 'too-long' })
      else if (still !== undefined && now - moved.at >= still.ms) finish({ kind: 'stands-still' })
    }, LOOK_EVERY_MS)
    function finish(end: BareEnd): void {
      clearInterval(timer)
      resolve(end)
    }
    child.once('exit', (code, signal) =>
      finish(signal === null ? { kind: 'exit', code: code ?? 1 } : { kind: 'signal', signal })
    )
    child.once('error', (error: NodeJS.ErrnoException) =>
      finish({ kind: 'not-started', failure: error.code ?? error.message })
    )
  })
}

function endTree({ pid }: ChildProcess): void {
  if (pid === undefined) return
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true })
    return
  }
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // nobody is left
  }
}
