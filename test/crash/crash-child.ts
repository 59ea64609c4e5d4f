/**
 * Started again and again by the crash trials, and killed: says what the last one left, then saves, rotates and
 * removes credentials for ever, telling each step before it begins and after it was acknowledged.
 *
 *   node crash-child.ts DIR STORE SEED FIRST_VERSION
 */
import { readdirSync, writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { VaultError } from '#shared/problem.ts'
import { crashAccounts, grantOf, openCrashStore, refOf, versionOf } from './crash-store.ts'
import type { CrashStore } from './crash-store.ts'
import { seededRandom } from './seeded-random.ts'

const [dir = '', store = '', seed = '', firstVersion = ''] = process.argv.slice(2)
const say = (event: object): void => void writeSync(1, `${JSON.stringify(event)}\n`)
const random = seededRandom(Number(seed))

// A killed process would never write it.
if (firstVersion === '1') flushCompileCache()
say({ event: 'start' })
const repository = await openCrashStore(dir, store as CrashStore)
const { problem } = await repository.storageHealth()
if (problem) throw new VaultError(problem.code)
await repository.recover()
const found: Record<string, unknown> = {}
for (const account of crashAccounts) {
  const isListed = repository.find(refOf(account)) !== null
  const version = await repository.load(refOf(account)).then(versionOf, codeOf)
  found[account] = isListed === (version !== null) ? version : 'list and record disagree'
}
const names = readdirSync(dir, { recursive: true, encoding: 'utf8' })
const leftovers = names.filter((name) => /\.(tmp|unsure)$/.test(name))
const held = crashAccounts.filter((account) => found[account] !== null).length
const files = names.filter((name) => /\.(enc|sealed)$/.test(name)).length
if (store !== 'keychain' && files !== held) leftovers.push(`${files} files for ${held} credentials`)
say({ event: 'found', found, leftovers })

for (let version = Number(firstVersion); ; version += 1) {
  const account = crashAccounts[Math.floor(random() * crashAccounts.length)] ?? 'ada'
  const isRemoval = random() < 0.2
  say({ event: 'begin', account, version: isRemoval ? null : version })
  if (isRemoval) await repository.remove(refOf(account))
  else await repository.save(grantOf(account, version))
  say({ event: 'done', account, version: isRemoval ? null : version })
}

/** A keychain that is away says nothing about the record. */
function codeOf(error: { code?: string }): string {
  if (error.code?.startsWith('KEYCHAIN_')) throw error as VaultError
  return error.code ?? 'unknown error'
}
