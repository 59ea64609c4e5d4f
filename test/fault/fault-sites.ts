import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import { layOut, leftovers, readDisk } from './disk-state.ts'
import { KEY, openFileStore, prepareStore } from './file-stores.ts'
import type { FileScenario, FileStore, Items } from './file-stores.ts'
import { systemError, withFileSystem } from './file-system.ts'
import type { FileCall } from './file-system.ts'

const systemFaults = ['ENOSPC', 'EIO', 'EACCES', 'EROFS', 'EMFILE'] as const
/**
 * `short write`: half of the data arrives, then the disk is full. `from then on`: every later call fails,
 * too.
 */
type Fault = {
  readonly code: (typeof systemFaults)[number]
  readonly how: 'once' | 'from then on' | 'short write'
}

export type FaultsReport = {
  readonly sites: number
  readonly injected: number
  /**
   * Operations that failed with an error of ours; `finished` counts those that succeeded despite the fault.
   */
  refused: number
  finished: number
  readonly wrong: string[]
}

type Setup = { readonly kind: FileStore; readonly scenario: FileScenario; readonly scratch: string }

/**
 * Fails every file call of a scenario, one after the other, with every fault, and checks the state that is
 * left.
 */
export async function failEverySite(setup: Setup): Promise<FaultsReport> {
  const template = join(setup.scratch, 'template')
  const items = await prepareStore(setup.kind, template, setup.scenario)
  const calls = await callsOf(setup, template, items)
  const tries = calls.flatMap((call, site) => faultsOf(call).map((fault) => ({ call, site, fault })))
  const report: FaultsReport = {
    sites: calls.length,
    injected: tries.length,
    refused: 0,
    finished: 0,
    wrong: []
  }
  for (const [index, { call, site, fault }] of tries.entries()) {
    const dir = join(setup.scratch, String(index))
    await cp(template, dir, { recursive: true })
    const problem = await tryOnce(setup, report, { dir, items, site, fault })
    if (problem !== null) report.wrong.push(`${call.kind} (${site}), ${fault.code} ${fault.how}: ${problem}`)
  }
  return report
}

function faultsOf({ kind }: FileCall): Fault[] {
  const faults: Fault[] = systemFaults.map((code) => ({ code, how: 'once' }))
  faults.push({ code: 'EIO', how: 'from then on' }, { code: 'ENOSPC', how: 'from then on' })
  return kind === 'write' ? [...faults, { code: 'ENOSPC', how: 'short write' }] : faults
}

async function callsOf(
  { kind, scenario, scratch }: Setup,
  template: string,
  items: Items
): Promise<FileCall[]> {
  const dir = join(scratch, 'rehearsal')
  await cp(template, dir, { recursive: true })
  const calls: FileCall[] = []
  const { store } = openFileStore(kind, dir, items)
  await withFileSystem(
    dir,
    (call, proceed) => {
      calls.push(call)
      return proceed()
    },
    () => scenario.run(store)
  )
  return calls
}

type Try = { readonly dir: string; readonly items: Items; readonly site: number; readonly fault: Fault }

/**
 * Returns what is wrong. Null: the data is intact, an error is one of ours, and no file is left over after
 * the next start.
 */
async function tryOnce({ kind, scenario }: Setup, report: FaultsReport, once: Try): Promise<string | null> {
  const { store, items } = openFileStore(kind, once.dir, once.items)
  const outcome = await withFileSystem(once.dir, failingAt(once), () => scenario.run(store)).then(
    () => null,
    (error: unknown) => error
  )
  await store.close()
  if (outcome !== null && !(outcome instanceof VaultError)) return 'an error that is none of ours'
  if (outcome === null) report.finished += 1
  else report.refused += 1
  const allowed = outcome === null ? [scenario.after] : [scenario.before, scenario.after]
  return lookAfter(kind, once.dir, items(), allowed)
}

function failingAt({ site, fault }: Try): Parameters<typeof withFileSystem>[1] {
  let number = -1
  return async (call, proceed) => {
    number += 1
    const fails = fault.how === 'from then on' ? number >= site : number === site
    if (!fails) return proceed()
    if (fault.how === 'short write' && call.kind === 'write') await call.half()
    throw systemError(fault.code, call)
  }
}

async function lookAfter(
  kind: FileStore,
  dir: string,
  items: Items,
  allowed: readonly (string | null)[]
): Promise<string | null> {
  const next = `${dir}-next-start`
  await layOut(await readDisk(dir), dir, next)
  const { store } = openFileStore(kind, next, items)
  try {
    await store.tidy()
    const value = await store.get(KEY)
    if (!allowed.includes(value)) return value === null ? 'nothing there' : 'another value'
    const left = await leftovers(next)
    return left.length === 0 ? null : `left over: ${left.join(', ')}`
  } catch (error) {
    return error instanceof VaultError ? error.code : 'crash'
  } finally {
    await store.close()
  }
}
