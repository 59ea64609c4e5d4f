import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { crashAccounts } from './crash-store.ts'
import type { CrashAccount, CrashStore } from './crash-store.ts'
import { seededRandom } from './seeded-random.ts'

type Version = number | null
type Event =
  | { event: 'start' }
  | { event: 'found'; found: Record<CrashAccount, Version | string>; leftovers: string[] }
  | { event: 'begin' | 'done'; account: CrashAccount; version: Version }

export type CrashReport = {
  /** Children killed. */
  kills: number
  /** Kills that hit a write under way, and of these those whose write had arrived none the less. */
  interrupted: number
  arrived: number
  acknowledged: number
  /** Times the keyring's own daemon was gone, and was started again. */
  revivals: number
  /** What must not be; each with the trial it was found in. */
  faults: string[]
}

export type CrashOptions = {
  readonly store: CrashStore
  readonly dir: string
  readonly trials: number
  readonly seed: number
  /** For the children: where their keyring is. */
  readonly environment: NodeJS.ProcessEnv
  /**
   * Starts the keyring again. gnome-keyring 42 itself breaks now and then when a client vanishes in the middle of a
   * call (one in about a thousand kills); what was acknowledged before must be there after.
   */
  readonly reviveKeyring: () => Promise<void>
}

const MOST_REVIVALS = 20

const child = join(import.meta.dirname, 'crash-child.ts')
/** Share of the kills that come after so many steps of work; the others come while the child still starts. */
const AT_WORK = 0.85
const MOST_STEPS = 12
const STEP_MS = 6
const START_MS = 60

/** A step of the child, counted from what it found, or null for its start; and a time after it. */
type Moment = { readonly step: number | null; readonly ms: number }

/** Kills a working child at random moments and looks, through the next one, at what it left. */
export async function runCrashTrials(options: CrashOptions): Promise<CrashReport> {
  const { store, dir, trials, seed } = options
  const random = seededRandom(seed)
  const report: CrashReport = {
    kills: 0,
    interrupted: 0,
    arrived: 0,
    acknowledged: 0,
    revivals: 0,
    faults: []
  }
  const model = new Model(report)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  for (let trial = 0; trial < trials; trial += 1) {
    const moment = momentOf(random)
    const args = [store, String(seed + trial), String(trial * 1000 + 1)]
    for (const event of await runThrough(options, report, { args, moment })) model.take(event, trial)
    report.kills += 1
  }
  // One more start that nobody kills before it has told what it found.
  const last = { args: [store, '0', '1'], moment: { step: 0, ms: 0 } }
  for (const event of await runThrough(options, report, last)) model.take(event, trials)
  return report
}

type Run = { readonly args: readonly string[]; readonly moment: Moment }
type Ended = { readonly events: Event[]; readonly isKilled: boolean; readonly stderr: string }

/** Everything children said until one of them was killed; those that the keyring failed come before it. */
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

/** What may be found: the acknowledged version, or the one that was being written. */
class Model {
  readonly #report: CrashReport
  readonly #acknowledged = new Map<CrashAccount, Version>(crashAccounts.map((account) => [account, null]))
  #begun: { account: CrashAccount; version: Version } | null = null

  constructor(report: CrashReport) {
    this.#report = report
  }

  take(event: Event, trial: number): void {
    switch (event.event) {
      case 'start':
        return
      case 'begin':
        this.#begun = event
        return
      case 'done':
        this.#acknowledged.set(event.account, event.version)
        this.#begun = null
        this.#report.acknowledged += 1
        return
      case 'found':
        return this.#compare(event, trial)
    }
  }

  #compare({ found, leftovers }: Extract<Event, { event: 'found' }>, trial: number): void {
    for (const name of leftovers) this.#report.faults.push(`trial ${trial}: left over: ${name}`)
    if (this.#begun) this.#report.interrupted += 1
    for (const account of crashAccounts) {
      const version = found[account]
      const acknowledged = this.#acknowledged.get(account) ?? null
      const begun = this.#begun?.account === account ? this.#begun.version : acknowledged
      if (version !== acknowledged && version !== begun) {
        this.#report.faults.push(`trial ${trial}: ${account}: found ${version}, acknowledged ${acknowledged}`)
      } else if (version !== acknowledged) this.#report.arrived += 1
      this.#acknowledged.set(account, typeof version === 'string' ? null : version)
    }
    this.#begun = null
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
