/**
 * Child of the crash trials, started again and again and killed: reports the state that the last child left,
 * then runs all scenarios at once without end, and reports each act before it begins and after it is
 * acknowledged.
 *
 *   node crash-child.ts DIR STORE FIRST_VERSION
 */
import { readdirSync, writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import { makeScryptCheap } from './cheap-scrypt.ts'
import { CrashMove } from './crash-move.ts'
import { CrashRewrap } from './crash-rewrap.ts'
import { crashScenarioNames, crashScenarios } from './crash-scenarios.ts'
import type { Act, CrashPlaces, CrashScenario } from './crash-scenarios.ts'
import { openCrashStore, refOf } from './crash-store.ts'
import type { CrashStore } from './crash-store.ts'

const [dir = '', store = '', firstVersion = ''] = process.argv.slice(2)
const say = (event: object): void => void writeSync(1, `${JSON.stringify(event)}\n`)

// A killed process never writes its compile cache.
if (firstVersion === '1') flushCompileCache()
say({ event: 'start' })
makeScryptCheap()
const repository = await openCrashStore(dir, store as CrashStore)
const { problem } = await repository.storageHealth()
if (problem) throw new VaultError(problem.code)
await repository.recover()
/** Folder beside the repository's own files, because those are counted. */
const APART = 'apart'
const places: CrashPlaces = {
  repository,
  rewrap: new CrashRewrap(join(dir, APART, 'rewrap')),
  move: new CrashMove(join(dir, APART, 'move'))
}
let version = Number(firstVersion)
const next = (): number => (version += 1)
const found: Record<string, unknown> = {}
for (const name of crashScenarioNames) {
  found[name] = await crashScenarios[name].found(places, name, next).catch(codeOf)
}
const names = readdirSync(dir, { recursive: true, encoding: 'utf8' })
const leftovers = names.filter((name) => /\.(tmp|unsure)$/.test(name))
const held = crashScenarioNames.filter((name) => repository.find(refOf(name)) !== null).length
const own = names.filter((name) => !name.startsWith(APART))
const files = own.filter((name) => /\.(enc|sealed)$/.test(name)).length
if (store !== 'keychain' && files !== held) leftovers.push(`${files} files for ${held} credentials`)
say({ event: 'found', found, leftovers })

await Promise.all(crashScenarioNames.map(repeat))

async function repeat(scenario: CrashScenario): Promise<void> {
  const act: Act = async (version, work) => {
    say({ event: 'begin', scenario, version })
    await work()
    say({ event: 'done', scenario, version })
  }
  for (;;) {
    await crashScenarios[scenario].round(places, scenario, next, act)
    // If no act waits for the disk, this pause gives the other scenarios their turn.
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** Throws the error of an unavailable keychain, which says nothing about the record; returns other codes. */
function codeOf(error: { code?: string }): string {
  if (error.code?.startsWith('KEYCHAIN_')) throw error as VaultError
  return error.code ?? 'unknown error'
}
