// `npm run bench:oauth`: a token, its metadata, the end of a sign-in and a thousand credentials that wait for
// their refresh.
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HOUR, MINUTE } from '../src-main/core/tokens/lifetime.ts'
import { Secret } from '../src-main/core/secret.ts'
import { sampleGrant, sampleTokens } from '../src-main/core/testing/samples.ts'
import { openCatalog } from '../src-main/storage/catalog/catalog.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../test/support/vault-harness.ts'
import { catalogEntries } from './catalog-entries.ts'
import { interleaved, report, type Row, row } from './measure.ts'
import { callbackTimes } from './oauth-callback.ts'
import { homeLayout } from '../src-main/home/home-layout.ts'

const RUNS = Number(process.env['LATCHKEY_BENCH_RUNS'] ?? 1000)
const SIGN_INS = Number(process.env['LATCHKEY_BENCH_SIGN_INS'] ?? 40)
/** 0 skips the measurement at rest, for a short run. */
const MINUTES = Number(process.env['LATCHKEY_BENCH_MINUTES'] ?? 2)
const { AsyncEntry } = await import('@napi-rs/keyring')

/**
 * getToken for a sign-in that is not expired, against one read of the same item through the native module.
 */
async function tokens(): Promise<Row[]> {
  const home = await newVaultHome()
  const { vault } = await openTestVault({ home, store: 'keychain' })
  const issuedAt = new Date()
  const grant = sampleGrant({
    tokens: sampleTokens({
      issuedAt,
      accessToken: new Secret('a'.repeat(1000)),
      refreshToken: new Secret('r'.repeat(300))
    })
  })
  const { ref } = grant
  await vault.repository.save(grant)
  const pinned = { linux: { store: 'secret-service' } } as const
  const raw = new AsyncEntry('latchkey', JSON.stringify([ref.service, ref.account]), pinned)
  if ((await raw.getPassword()) === null) throw new Error('The raw read does not find the item.')
  const read = { ours: () => vault.tokens.getToken(ref), raw: () => raw.getPassword() }
  const near = await interleaved(read, RUNS)
  const known = { metadata: () => vault.tokens.cachedMetadata(ref) }
  const metadata = await interleaved(known, 10 * RUNS)
  await vault.repository.remove(ref)
  await vault.close()
  await removeVaultHome(home)
  return [
    row({
      name: 'getToken, valid sign-in',
      sample: near['ours']!,
      limit: ['raw keychain read', near['raw']!],
      goal: ['≤ 1.25 × raw at p50', ({ ratioToLimit }) => ratioToLimit !== null && ratioToLimit <= 1.25]
    }),
    row({
      name: 'metadata of a token',
      sample: metadata['metadata']!,
      unit: 'µs',
      goal: ['≤ 20 µs', ({ p50 }) => p50 <= 20]
    })
  ]
}

async function callback(): Promise<Row[]> {
  const { stored, saved, bare, least } = await callbackTimes(SIGN_INS)
  const whole = row({
    name: 'callback to stored in the keychain',
    sample: stored,
    limit: ['bare token request', bare],
    goal: ['≤ 3 × bare', ({ ratioToLimit }) => ratioToLimit !== null && ratioToLimit <= 3]
  })
  return [
    whole,
    row({
      name: 'the same against the least there is',
      sample: stored,
      limit: ['bare token request, and a raw item made and read', least]
    }),
    row({ name: 'the least there is', sample: least, limit: ['bare token request', bare] }),
    row({
      name: 'a durable save of what is there already',
      sample: saved,
      limit: ['bare token request', bare]
    })
  ]
}

/**
 * CPU time of the whole process in a minute while `count` sign-ins wait for their refresh, in milliseconds.
 */
async function idle(count: number): Promise<Row> {
  const home = await newVaultHome()
  const catalog = await openCatalog(homeLayout(home).catalog)
  const issuedAt = new Date()
  const expiry = { kind: 'at', at: new Date(issuedAt.getTime() + 10 * HOUR) } as const
  for (const entry of catalogEntries(2 * count)) {
    if (entry.kind === 'oauth') catalog.put({ ...entry, issuedAt, expiry })
  }
  catalog.close()
  const { vault } = await openTestVault({ home, store: 'keychain' })
  if (vault.repository.list().length !== count) throw new Error('Not all of them are there.')
  await sleep(5000)
  const sample: number[] = []
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const before = process.cpuUsage()
    await sleep(MINUTE)
    const { user, system } = process.cpuUsage(before)
    sample.push((user + system) / 1000)
  }
  await vault.close()
  await removeVaultHome(home)
  return row({
    name: `CPU in a minute of rest, ${count.toLocaleString('en')} sign-ins scheduled`,
    sample,
    goal: ['≤ 300 ms (0.5 %)', ({ p50 }) => p50 <= 300]
  })
}

process.chdir(resolve(join(import.meta.dirname, '..')))
const rows = [...(MINUTES > 0 ? [await idle(1000)] : []), ...(await tokens()), ...(await callback())]
report('oauth', rows)
process.exit(0)
