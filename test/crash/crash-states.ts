import { join } from 'node:path'
import { DiskModel, fingerprint } from '../fault/disk-model.ts'
import type { DiskState } from '../fault/disk-model.ts'
import { layOut, leftovers, readDisk } from '../fault/disk-state.ts'
import { KEY, openFileStore, prepareStore } from '../fault/file-stores.ts'
import type { FileScenario, FileStore, Items } from '../fault/file-stores.ts'
import { withFileSystem } from '../fault/file-system.ts'
import type { FileCall } from '../fault/file-system.ts'

/** One file call, and the items of the keychain before and after it. */
type Step = { readonly call: FileCall; readonly before: Items; readonly after: Items }
export type Recording = {
  readonly kind: FileStore
  readonly root: string
  readonly scenario: FileScenario
  readonly start: DiskState
  readonly steps: readonly Step[]
  readonly end: Items
}

export type StatesReport = {
  readonly calls: number
  readonly states: number
  /** States that give neither the old nor the new value, or after the end another value than the new one. */
  readonly wrong: string[]
}

/** Runs a scenario on a real folder and records every file call that changes something. */
export async function record(kind: FileStore, root: string, scenario: FileScenario): Promise<Recording> {
  const atStart = await prepareStore(kind, root, scenario)
  const start = await readDisk(root)
  const { store, items } = openFileStore(kind, root, atStart)
  const steps: Step[] = []
  await withFileSystem(
    root,
    async (call, proceed) => {
      const before = items()
      const result = await proceed()
      if (changes(call)) steps.push({ call, before, after: items() })
      return result
    },
    () => scenario.run(store)
  )
  return { kind, root, scenario, start, steps, end: items() }
}

/**
 * Opens the store on every state that a power cut during the recorded calls may leave. `scratch` holds these
 * states.
 */
export async function explore(recording: Recording, scratch: string): Promise<StatesReport> {
  const { scenario, steps, start, end } = recording
  const disk = new DiskModel(start)
  const seen = new Set<string>()
  const report = { calls: steps.length, states: 0, wrong: [] as string[] }

  async function look(items: Items, where: string, allowed: readonly (string | null)[]): Promise<void> {
    for (const state of disk.states()) {
      const mark = JSON.stringify([fingerprint(state), [...items], allowed])
      if (seen.has(mark)) continue
      seen.add(mark)
      report.states += 1
      const problem = await openState(
        recording,
        { state, items },
        join(scratch, String(report.states)),
        allowed
      )
      if (problem !== null) report.wrong.push(`${where}: ${problem}`)
    }
  }

  const either = [scenario.before, scenario.after]
  for (const [index, { call, before, after }] of steps.entries()) {
    await look(before, `before call ${index}, ${call.kind}`, either)
    disk.apply(call)
    await look(after, `after call ${index}, ${call.kind}`, either)
  }
  await look(end, 'after the end', [scenario.after])
  return report
}

type Crashed = { readonly state: DiskState; readonly items: Items }

/** Returns what is wrong, without the values. Null: all is well. */
async function openState(
  { kind, root }: Recording,
  { state, items }: Crashed,
  dir: string,
  allowed: readonly (string | null)[]
): Promise<string | null> {
  await layOut(state, root, dir)
  const { store } = openFileStore(kind, dir, items)
  try {
    await store.tidy()
    const value = await store.get(KEY)
    if (!allowed.includes(value)) return value === null ? 'nothing there' : 'another value'
    const left = await leftovers(dir)
    return left.length === 0 ? null : `left over: ${left.join(', ')}`
  } catch (error) {
    return (error as { code?: string }).code ?? 'crash'
  } finally {
    await store.close()
  }
}

function changes({ kind }: FileCall): boolean {
  return !['open', 'stat', 'list', 'chmod', 'close', 'read'].includes(kind)
}

/** Changes of a recording, each to that of a careless store. */
export const careless = {
  'does not sync the file': (steps: readonly Step[]) => steps.filter(({ call }) => call.kind !== 'sync'),
  'does not sync the folder': (steps: readonly Step[]) =>
    steps.filter(({ call }) => call.kind !== 'sync-dir'),
  'writes in place': (steps: readonly Step[]) => steps.flatMap((step) => inPlace(step, steps))
} as const

/**
 * Replaces the rename that ends a write: the data goes into the file itself, synced like the temporary one.
 */
function inPlace(step: Step, steps: readonly Step[]): Step[] {
  const { call } = step
  if (call.kind !== 'rename' || !call.path.endsWith('.tmp')) return [step]
  const writes = steps.flatMap(({ call: one }) =>
    one.kind === 'write' && one.path === call.path ? [{ ...one, path: call.to }] : []
  )
  const calls: FileCall[] = [
    { kind: 'create', path: call.to },
    ...writes,
    { kind: 'sync', path: call.to },
    { kind: 'unlink', path: call.path }
  ]
  return calls.map((one) => ({ ...step, call: one }))
}
