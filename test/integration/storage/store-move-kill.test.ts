import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { generateIdentity } from 'age-encryption'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import type { StoreMove, StoreTarget } from '#shared/stores.ts'
import { writeFileAtomic } from '../../../src-main/storage/files/atomic-file.ts'
import { seededRandom } from '../../crash/seeded-random.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'

const ENTRIES = 50
const TRIALS = process.env['LATCHKEY_TRIALS'] === 'full' ? 300 : 10
/**
 * A kill comes soon after the begin of a step, so that kills hit all parts of a move, however long it takes.
 */
const steps = ['begin', 'copy', 'copy', 'verify', 'switch', 'remove'] as const
const SOON_MS = 150

const run = promisify(execFile)
const child = resolve('test/crash/store-move-child.ts')
const random = seededRandom(20261121)
const secrets = new Map<string, string>()
let home = ''
let undoable = 0
let targets: readonly StoreTarget[] = []

beforeAll(async () => {
  home = await newVaultHome()
  const ageKeyFile = join(home, 'keys.txt')
  await writeFileAtomic(ageKeyFile, `${await generateIdentity()}\n`)
  targets = [{ type: 'keychain' }, { type: 'encrypted-file', passphrase: null }, { type: 'sops', ageKeyFile }]
  const { vault } = await openTestVault({ home })
  for (let n = 0; n < ENTRIES; n += 1) {
    const key = `kill-${n}-${'y'.repeat(n * 20)}`
    const { id } = await vault.handlers.addApiKey({
      service: 'stripe',
      name: 'Stripe',
      account: `killed-${n}`,
      key,
      allowedHosts: [],
      expiresAt: null,
      replace: false
    })
    secrets.set(id, key)
  }
  await vault.close()
})
afterAll(async () => {
  for (const key of secrets.keys()) {
    await run('secret-tool', ['clear', 'service', 'latchkey', 'username', key]).catch(() => undefined)
  }
  await removeVaultHome(home)
})

/** Returns what is wrong: entries that are lost, unreadable or in another store than the catalog says. */
async function wrongWith({ vault }: Harness): Promise<string[]> {
  const { current } = await vault.handlers.listStores()
  const wrong: string[] = []
  for (const { ref, backend } of vault.repository.list()) {
    const key = credentialKey(ref)
    const text = await vault.tokens.getToken(ref).then(
      (secret) => secret.expose((value) => value),
      (error: unknown) => String(error)
    )
    if (text !== secrets.get(key)) wrong.push(`${key} can not be read`)
    if (backend !== current) wrong.push(`${key} is said to lie elsewhere`)
  }
  if (vault.repository.list().length !== ENTRIES) wrong.push('entries are missing')
  return wrong
}

/** Number of entries in each store, whichever is in use. */
async function held(): Promise<Record<StoreTarget['type'], number>> {
  const names = async (folder: string, extension: string): Promise<number> =>
    (await readdir(join(home, folder)).catch(() => [])).filter((name) => name.endsWith(extension)).length
  const found = await run('secret-tool', ['search', '--all', 'service', 'latchkey'])
  return {
    keychain: `${found.stdout}${found.stderr}`.match(/attribute\.username = .*killed-/g)?.length ?? 0,
    'encrypted-file': await names('encrypted', '.enc'),
    sops: await names('auth/tokens', '.json')
  }
}

async function killedMove(target: StoreTarget): Promise<'killed' | 'ended'> {
  const mover = spawn(process.execPath, [child, home, JSON.stringify(target)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const exit = once(mover, 'exit')
  const step = steps[Math.floor(random() * steps.length)]
  const ms = random() * SOON_MS
  const timers: NodeJS.Timeout[] = []
  createInterface({ input: mover.stdout }).on('line', (line) => {
    if (line === step) timers.push(setTimeout(() => mover.kill('SIGKILL'), ms))
  })
  const [code] = await exit
  timers.forEach(clearTimeout)
  return code === null ? 'killed' : 'ended'
}

/** Resumes an interrupted move, or takes it back every other time that this is possible. */
async function settled({ vault }: Harness): Promise<string> {
  const { move } = await vault.handlers.getSnapshot()
  if (move?.state.kind !== 'interrupted') return 'nothing left'
  if (move.state.canUndo && (undoable += 1) % 2 === 1) {
    await vault.handlers.undoMove()
    return 'taken back'
  }
  const ended = new Promise<StoreMove['state']>((resolve) => {
    vault.on('moveChanged', (change) => {
      if (change !== null && change.state.kind !== 'running') resolve(change.state)
    })
  })
  await vault.handlers.resumeMove({ passphrase: null })
  expect(await ended).toEqual({ kind: 'done', moved: ENTRIES })
  return move.state.canUndo ? 'resumed before the switch' : 'finished after the switch'
}

it(`a move of ${ENTRIES} entries that is killed ${TRIALS} times loses nothing and leaves nothing`, async () => {
  const seen = new Map<string, number>()
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1)
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const before = await held()
    const others = targets.filter(({ type }) => before[type] === 0)
    const target = others[Math.floor(random() * others.length)]!
    count(await killedMove(target))
    const harness = await openTestVault({ home })
    expect(await wrongWith(harness), `trial ${trial}, as the kill left it`).toEqual([])
    count(await settled(harness))
    expect(await wrongWith(harness), `trial ${trial}, settled`).toEqual([])
    await harness.vault.close()
    expect(Object.values(await held()).toSorted((a, b) => a - b)).toEqual([0, 0, ENTRIES])
  }
  process.stdout.write(`${JSON.stringify(Object.fromEntries(seen))}\n`)
  expect(seen.get('killed') ?? 0).toBeGreaterThan(TRIALS / 3)
  expect(seen.get('taken back') ?? 0).toBeGreaterThan(0)
  expect(seen.get('resumed before the switch') ?? 0).toBeGreaterThan(0)
}, 1_800_000)
