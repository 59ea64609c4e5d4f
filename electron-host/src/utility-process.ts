// `utilityProcess`: a separate Node process, with Electron's port instead of Node's channel.
import { fork, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { app } from './app.ts'
import { announce } from './announce.ts'
import { guarded, HostObject } from './base.ts'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

type Stdio = 'pipe' | 'ignore' | 'inherit'
export type ForkOptions = {
  env?: NodeJS.ProcessEnv
  execArgv?: string[]
  cwd?: string
  stdio?: Stdio | Stdio[]
  serviceName?: string
}

/** Milliseconds that a process has to end on request. */
const PATIENCE_MS = 2000

export class UtilityProcess extends HostObject<'spawn' | 'message' | 'error' | 'exit'> {
  #child: ChildProcess
  #hasSpawned = false
  #hasExited = false
  #wasKilled = false

  constructor(modulePath: string, args: string[], options: ForkOptions) {
    super()
    const { env = process.env, execArgv = [], cwd, stdio = 'inherit' } = options
    const [, out = 'inherit', err = 'inherit'] = typeof stdio === 'string' ? ['ignore', stdio, stdio] : stdio
    const port = new URL('./utility-child.ts', import.meta.url).href
    const fatal = new FatalReport(app.getPath('userData'))
    this.#child = fork(modulePath, args, {
      env,
      ...(cwd !== undefined && { cwd }),
      execArgv: [...execArgv, ...fatal.switches, '--import', port],
      serialization: 'advanced',
      stdio: ['ignore', out, err, 'ipc']
    })
    const end = (): void => {
      this.#child.kill('SIGKILL')
      fatal.read() // the host may end before it hears of the exit
    }
    app.host.onExit.add(end)
    this.#child.on('spawn', () => {
      this.#hasSpawned = true
      announce(this, 'spawn')
    })
    this.#child.on('message', (message) => announce(this, 'message', message))
    this.#child.on('error', () => undefined) // the exit reports it
    this.#child.on('exit', (code, signal) => {
      app.host.onExit.delete(end)
      const report = fatal.read()
      if (report !== null) announce(this, 'error', 'FatalError', report.location, report.text)
      announce(this, 'exit', this.#exitCode(code, signal))
      this.#hasExited = true
    })
  }
  /** Returns the exit code as from waitpid, where a signal is its own number; 0 after an end by `kill`. */
  #exitCode(code: number | null, signal: NodeJS.Signals | null): number {
    if (this.#wasKilled && (signal === 'SIGTERM' || signal === 'SIGKILL')) return 0
    return code ?? (signal === null ? 1 : constants.signals[signal])
  }
  get pid(): number | undefined {
    return this.#hasSpawned && !this.#hasExited ? this.#child.pid : undefined
  }
  get stdout(): NodeJS.ReadableStream | null {
    return this.#hasExited ? null : this.#child.stdout
  }
  get stderr(): NodeJS.ReadableStream | null {
    return this.#hasExited ? null : this.#child.stderr
  }
  postMessage(message: unknown, transfer: unknown[] = []): void {
    if (transfer.length > 0)
      throw new Error('electron host: UtilityProcess.postMessage(ports) is not implemented')
    if (this.#child.connected) this.#child.send(message as object)
  }
  /** As in Electron, returns false and does nothing before `spawn` and after `exit`. */
  kill(): boolean {
    if (this.pid === undefined) return false
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS)
    this.#child.once('exit', () => clearTimeout(insist))
    this.#wasKilled = this.#child.kill()
    return this.#wasKilled
  }
}

export const utilityProcess = guarded('utilityProcess', {
  fork(modulePath: string, args: string[] = [], options: ForkOptions = {}): UtilityProcess {
    if (!app.isReady()) throw new Error('utilityProcess cannot be created before app is ready.')
    return new UtilityProcess(modulePath, args, options)
  }
})

// Node's report when V8 can not continue, for the `error` event of a utility process.
type Report = { readonly location: string; readonly text: string }

/** A folder for the report of one process; `read` removes it. */
class FatalReport {
  readonly #folder: string
  /** `parent`: an existing folder of the host. */
  constructor(parent: string) {
    this.#folder = mkdtempSync(join(parent, 'host-report-'))
  }
  /** Switches for Node's command line. They leave the environment out of the report. */
  get switches(): string[] {
    return ['--report-on-fatalerror', '--report-exclude-env', `--report-directory=${this.#folder}`]
  }
  /** Returns the report. Null: the process ended in another way, or the report was read before. */
  read(): Report | null {
    try {
      const [name] = existsSync(this.#folder) ? readdirSync(this.#folder) : []
      if (name === undefined) return null
      const text = readFileSync(join(this.#folder, name), 'utf8')
      return { text, location: (JSON.parse(text) as { header: { event: string } }).header.event }
    } finally {
      rmSync(this.#folder, { recursive: true, force: true })
    }
  }
}
