import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { crashScenarioNames, crashScenarios } from './crash-scenarios.ts'
import type { CrashScenario, Version } from './crash-scenarios.ts'
import type { CrashStore } from './crash-store.ts'
import { seededRandom } from './seeded-random.ts'

type Event =
  | { event: 'start' }
  | { event: 'found'; found: Record<CrashScenario, Version | string>; leftovers: string[] }
  | { event: 'begin' | 'done'; scenario: CrashScenario; version: Version }

export type CrashReport = {
  /** Children killed; each kill is a trial of every scenario. */
  kills: number
  trials: number
  /** Trials that hit a write of the scenario; `arrived` counts those whose write had arrived nonetheless. */
  readonly interrupted: Record<CrashScenario, number>
  arrived: number
  acknowledged: number
  /** Acknowledged writes that were not found. */
  lost: number
  /** Records that were unreadable or a mixture of two. */
  unreadable: number
  leftover: number
  /** Restarts of the keyring's daemon after it was gone. */
  revivals: number
  /** Violations, each with the kill after which it was found. */
  readonly faults: string[]
}

export type CrashOptions = {
  readonly store: CrashStore
  readonly dir: string
  readonly kills: number
  readonly seed: number
  /** Environment of the children: it says where their keyring is. */
  readonly environment: NodeJS.ProcessEnv
  /**
   * Starts the keyring again. gnome-keyring 42 itself sometimes breaks when a client vanishes during a call
   * (about once in a thousand kills); acknowledged writes must still be there after it.
   */
  readonly reviveKeyring: () => Promise<void>
}

const MOST_REVIVALS = 20

const child = join(import.meta.dirname, 'crash-child.ts')
/** Share of the kills that come after some steps of work; the others come while the child starts. */
const AT_WORK = 0.85
const MOST_STEPS = 60
const STEP_MS = 6
const START_MS = 60

/**
 * The moment of a kill: `ms` after a line of the child, counted from its `found`. Null step: after its
 * `start`.
 */
type Moment = { readonly step: number | null; readonly ms: number }

/** Kills a working child at random moments and checks, through the next child, the state that it left. */
export async function runCrashTrials(options: CrashOptions): Promise<CrashReport> {
  const { store, dir, kills, seed } = options
  const random = seededRandom(seed)
  const report = emptyReport()
  const model = new Model(report)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  for (let kill = 0; kill < kills; kill += 1) {
    const run = { args: [store, String(kill * 1000 + 1)], moment: momentOf(random) }
    for (const event of await runThrough(options, report, run)) model.take(event, kill)
    report.kills += 1
    report.trials += crashScenarioNames.length
  }
  // The last child is killed only after it has reported what it found.
  const last = { args: [store, '1'], moment: { step: 0, ms: 0 } }
  for (const event of await runThrough(options, report, last)) model.take(event, kills)
  return report
}

function emptyReport(): CrashReport {
  const zero = {
    kills: 0,
    trials: 0,
    arrived: 0,
    acknowledged: 0,
    lost: 0,
    unreadable: 0,
    leftover: 0,
    revivals: 0
  }
  const interrupted = Object.fromEntries(crashScenarioNames.map((name) => [name, 0]))
  return { ...zero, interrupted: interrupted as CrashReport['interrupted'], faults: [] }
}

type Run = { readonly args: readonly string[]; readonly moment: Moment }
type Ended = { readonly events: Event[]; readonly isKilled: boolean; readonly stderr: string }

/**
 * Returns all events until a child is killed, with those of earlier children that failed because of the
 * keyring.
 */
async function runThrough(options: CrashOptions, report: CrashReport, run: Run): Promise<Event[]> {
  const events: Event[] = []
  for (;;) {
    const ended = await runAndKill(options, run)
    events.push(...ended.events)
    if (ended.isKilled) return events
    if (!ended.stderr.includes('KEYCHAIN_') || report.revivals >= MOST_REVIVALS) {
      throw new Error(`The child ended by itself: ${ended.stderr}`)
    }
    report.revivals += 1
    await options.reviveKeyring()
  }
}

function momentOf(random: () => number): Moment {
  const isAtWork = random() < AT_WORK
  const step = isAtWork ? Math.floor(random() * MOST_STEPS) : null
  return { step, ms: random() * (isAtWork ? STEP_MS : START_MS) }
}

/** The versions that may be found: the acknowledged one, or the one that was being written. */
class Model {
  readonly #report: CrashReport
  readonly #acknowledged = new Map<CrashScenario, Version>()
  readonly #begun = new Map<CrashScenario, Version>()

  constructor(report: CrashReport) {
    this.#report = report
  }

  take(event: Event, kill: number): void {
    switch (event.event) {
      case 'start':
        return
      case 'begin':
        this.#begun.set(event.scenario, event.version)
        return
      case 'done':
        this.#acknowledged.set(event.scenario, event.version)
        this.#begun.delete(event.scenario)
        this.#report.acknowledged += 1
        return
      case 'found':
        for (const name of event.leftovers) this.#leftOver(name, kill)
        for (const name of crashScenarioNames) this.#compare(name, event.found[name], kill)
        this.#begun.clear()
    }
  }

  #compare(scenario: CrashScenario, found: Version | string, kill: number): void {
    const acknowledged = this.#acknowledged.get(scenario) ?? null
    const begun = this.#begun.get(scenario)
    const hit = begun !== undefined && crashScenarios[scenario].isMeant(begun)
    if (hit) this.#report.interrupted[scenario] += 1
    if (found !== acknowledged && found === begun) this.#report.arrived += 1
    else if (found !== acknowledged) {
      this.#report[typeof found === 'string' ? 'unreadable' : 'lost'] += 1
      this.#report.faults.push(`kill ${kill}: ${scenario}: found ${found}, acknowledged ${acknowledged}`)
    }
    this.#acknowledged.set(scenario, typeof found === 'string' ? null : found)
  }

  #leftOver(name: string, kill: number): void {
    this.#report.leftover += 1
    this.#report.faults.push(`kill ${kill}: left over: ${name}`)
  }
}

/** Starts a child and kills it at the given moment. */
function runAndKill({ dir, environment }: CrashOptions, { args, moment }: Run): Promise<Ended> {
  return new Promise((resolve) => {
    const running = spawn(process.execPath, [child, dir, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, NODE_COMPILE_CACHE: join(dir, '..', 'compile-cache') }
    })
    const events: Event[] = []
    let stderr = ''
    running.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
    createInterface({ input: running.stdout }).on('line', (line) => {
      // The last line may have been cut off by the kill.
      const event = line.endsWith('}') ? (JSON.parse(line) as Event) : null
      if (!event) return
      events.push(event)
      // The child's first two lines are `start` and `found`.
      if (events.length === (moment.step === null ? 1 : moment.step + 2)) {
        setTimeout(() => running.kill('SIGKILL'), moment.ms)
      }
    })
    running.on('close', (_code, signal) => resolve({ events, isKilled: signal === 'SIGKILL', stderr }))
  })
}
