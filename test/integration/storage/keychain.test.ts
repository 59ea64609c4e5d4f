import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { forkHelper, helperKeychainLoader } from '../../../src-main/storage/keychain/keychain-client.ts'
import type { HelperLauncher } from '../../../src-main/storage/keychain/helper-protocol.ts'
import {
  describeSecretBackend,
  temporaryDir
} from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { SecureStore } from '../../../src-main/storage/secure-store.ts'

const helper = join(import.meta.dirname, '../../../src-main/storage/keychain/keychain-helper.ts')
const loader = helperKeychainLoader(forkHelper(helper))
const freshService = (): string => `latchkey-test-${randomBytes(6).toString('hex')}`

afterAll(async () => (await loader())?.close?.())

describeSecretBackend('SecureStore on gnome-keyring', async () => {
  const service = freshService()
  const keys = new Set<string>()
  const dir = join(await temporaryDir(), 'secrets')
  const open = (): SecureStore =>
    new SecureStore(service, {
      keychainLoader: loader,
      fallbackDir: dir,
      fallbackPolicy: 'deny',
      knownKeys: () => [...keys]
    })
  const store = open()
  const backend = {
    get: (key: string) => store.get(key),
    delete: (key: string) => store.delete(key),
    list: () => store.list(),
    // The keys are noted here, as the catalog does it.
    set: async (key: string, value: string) => {
      await store.set(key, value)
      keys.add(key)
    }
  }
  return { backend, reopen: open }
})

const secretTool = (...args: string[]) => spawnSync('secret-tool', args, { encoding: 'utf8' })

test('An entry can be read and replaced with the keyring’s own tool, under service and account', async () => {
  const service = freshService()
  const store = new SecureStore(service, { keychainLoader: loader })
  await store.set('["github","ada"]', 'Grüße')
  const attributes = ['service', service, 'username', '["github","ada"]']
  expect(secretTool('lookup', ...attributes).stdout).toBe('Grüße')
  const stored = spawnSync('secret-tool', ['store', '--label=x', ...attributes], { input: 'from outside' })
  expect(stored.status).toBe(0)
  expect(await store.get('["github","ada"]')).toBe('from outside')
})

test('Two entries for one credential are told, and neither is removed', async () => {
  const service = freshService()
  const store = new SecureStore(service, { keychainLoader: loader, fallbackPolicy: 'deny' })
  await store.set('key', 'ours')
  const twin = ['store', '--label=twin', 'service', service, 'username', 'key', 'application', 'other']
  spawnSync('secret-tool', twin, { input: 'theirs' })
  await expect(store.get('key')).rejects.toMatchObject({ code: 'KEYCHAIN_DUPLICATE' })
  await expect(store.get('key')).rejects.toThrow(/two entries/)
  expect(secretTool('search', '--all', 'service', service).stdout.match(/^secret = /gm)).toHaveLength(2)
})

/** A launcher whose processes a test can see. */
function watchedLauncher(): { launcher: HelperLauncher; pids: () => number[] } {
  const before = new Set(children())
  const inner = forkHelper(helper)
  return { launcher: inner, pids: () => children().filter((pid) => !before.has(pid)) }
}

function children(): number[] {
  const tasks = readdirSync('/proc/self/task')
  const texts = tasks.map((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8'))
  return texts.flatMap((text) => text.split(' ').filter(Boolean).map(Number))
}

test('No secret stands in the helper’s arguments or environment', async () => {
  const { launcher, pids } = watchedLauncher()
  process.env['LATCHKEY_CANARY'] = 'cnry_environment'
  const store = new SecureStore(freshService(), { keychainLoader: helperKeychainLoader(launcher) })
  await store.set('key', 'cnry_value')
  const [pid] = pids()
  const seen = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8')).join('\n')
  expect(seen).toContain('keychain-helper')
  expect(seen).toContain('DBUS_SESSION_BUS_ADDRESS')
  expect(seen).not.toContain('cnry')
  delete process.env['LATCHKEY_CANARY']
  await store.close()
})

test('A helper that was killed is replaced at the next call', async () => {
  const { launcher, pids } = watchedLauncher()
  const store = new SecureStore(freshService(), { keychainLoader: helperKeychainLoader(launcher) })
  await store.set('key', 'value')
  const [pid] = pids()
  process.kill(pid ?? 0, 'SIGKILL')
  expect(await store.get('key')).toBe('value')
  expect(pids()).not.toContain(pid)
  await store.close()
})

test('Two thousand calls about a thousand accounts leave neither descriptors nor helpers behind', async () => {
  const { launcher, pids } = watchedLauncher()
  const store = new SecureStore(freshService(), { keychainLoader: helperKeychainLoader(launcher) })
  const seen = new Set<number>()
  // Most descriptors that any helper had open, in the first half and in the second.
  const most = [0, 0]
  for (let index = 0; index < 2000; index += 1) {
    await store.get(`account ${Math.floor(index / 2)}`)
    if (index % 20 !== 0) continue
    const half = Math.floor(index / 1000)
    for (const pid of pids()) seen.add(pid)
    most[half] = Math.max(most[half] ?? 0, ...pids().map((pid) => descriptorsOf(pid)))
  }
  const [first = 0, second = 0] = most
  expect(first).toBeLessThan(320)
  expect(second).toBeLessThan(320)
  // The number depends on the entries between two helpers, and does not grow with time.
  expect(second).toBeLessThanOrEqual(first + 16)
  expect(seen.size).toBeGreaterThan(1)
  await expect.poll(() => pids().length).toBeLessThan(3)
  await store.close()
})

function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
}
