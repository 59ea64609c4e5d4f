import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { forkHelper, helperKeychainLoader } from '../../../src-main/storage/keychain/keychain-client.ts'
import { SecureStore } from '../../../src-main/storage/secure-store.ts'
import { openKeychainSession } from './keychain-session.ts'

const helper = join(import.meta.dirname, '../../../src-main/storage/keychain/keychain-helper.ts')
const quitting = fileURLToPath(new URL('quit-child.ts', import.meta.url))
const exiting = fileURLToPath(new URL('exit-child.ts', import.meta.url))
const toClose: Array<() => Promise<void>> = []

afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

/** Longer than any call that waits for no person, on a busy computer. */
const PATIENT_MS = 30_000

async function storeIn(
  script: string,
  variables: NodeJS.ProcessEnv = {},
  callMs = PATIENT_MS
): Promise<SecureStore> {
  const session = await openKeychainSession(script, variables)
  toClose.push(session.close)
  const store = new SecureStore('latchkey-locked', {
    keychainLoader: helperKeychainLoader(forkHelper(helper, session.environment)),
    fallbackPolicy: 'deny',
    deadlines: { probeMs: callMs - 1, callMs }
  })
  toClose.push(() => store.close())
  return store
}

/** A display on which a prompt can appear, without a person. */
async function emptyDisplay(): Promise<string> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  toClose.push(async () => {
    server.kill()
    await ended
  })
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject)
    createInterface({ input: server.stdout }).once('line', resolve)
  })
  return `:${number}`
}

test('Without a default collection the keychain is unavailable, though every read finds nothing', async () => {
  const store = await storeIn('with-no-default-collection.sh')
  expect(await store.get('key')).toBeNull()
  await expect(store.set('key', 'value')).rejects.toMatchObject({
    code: 'KEYCHAIN_UNAVAILABLE',
    remedy: 'choose-store'
  })
  expect(await store.health()).toMatchObject({ backend: null, state: 'unavailable' })
})

test('An unanswered prompt ends at the deadline, while files can be read, and closing is quick', async () => {
  const callMs = 5000
  const store = await storeIn('with-locked-keyring.sh', { KEYRING_DISPLAY: await emptyDisplay() }, callMs)
  const begun = performance.now()
  const calls = Array.from({ length: 6 }, async (_unused, index) =>
    store.get(index === 0 ? 'key' : `k${index}`)
  )
  const outcomes = Promise.allSettled(calls)
  await new Promise((resolve) => setTimeout(resolve, 500))
  const file = readFile(helper, 'utf8').then(() => 'the file')
  expect(await Promise.race([file, outcomes])).toBe('the file')
  const [first] = await outcomes
  expect(first).toMatchObject({ status: 'rejected', reason: { code: 'KEYCHAIN_TIMEOUT' } })
  const took = performance.now() - begun
  // The call waited for a person, and no longer than it may.
  expect(took).toBeGreaterThan(callMs - 100)
  expect(took).toBeLessThan(3 * callMs)
  void store.get('key').catch(() => undefined)
  const closing = performance.now()
  await store.close()
  expect(performance.now() - closing).toBeLessThan(callMs / 2)
})

test('Asking how a locked keychain is says that it is locked, and raises no prompt', async () => {
  const store = await storeIn('with-locked-keyring.sh', { KEYRING_DISPLAY: await emptyDisplay() })
  const begun = performance.now()
  expect(await store.health()).toMatchObject({ state: 'locked', problem: { code: 'KEYCHAIN_LOCKED' } })
  // With a prompt on the display the deadline would have ended the call.
  expect(performance.now() - begun).toBeLessThan(PATIENT_MS / 2)
})

test('Making ready for a use raises no prompt at a locked keychain and unlocks nothing', async () => {
  const display = await emptyDisplay()
  const session = await openKeychainSession('with-locked-keyring.sh', { KEYRING_DISPLAY: display })
  toClose.push(session.close)
  const adapter = await helperKeychainLoader(forkHelper(helper, session.environment))()
  if (!adapter?.prepare) throw new Error('There is nothing to be made ready.')
  toClose.push(async () => adapter.close?.())
  for (const key of ['key', 'another', 'third']) {
    // A prompt on the display would have to be answered first, and no person is there.
    await adapter.prepare('latchkey-locked', key)
  }
  const store = new SecureStore('latchkey-locked', { keychainLoader: async () => adapter })
  expect(await store.health()).toMatchObject({ state: 'locked' })
})

test('The vault quits while its prompt stands unanswered, and waits for no deadline', async () => {
  const display = await emptyDisplay()
  const session = await openKeychainSession('with-locked-keyring.sh', { KEYRING_DISPLAY: display })
  toClose.push(session.close)
  const home = await mkdtemp(join(tmpdir(), 'latchkey-quit-'))
  toClose.push(() => rm(home, { recursive: true, force: true }))
  const child = spawn(process.execPath, [quitting, home], {
    env: session.environment,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  toClose.push(async () => void child.kill('SIGKILL'))
  const line = new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once('line', resolve)
  )
  const code = await new Promise((resolve) => child.once('exit', resolve))
  const ended = Date.now()
  const { began, isAnswered } = JSON.parse(await line) as { began: number; isAnswered: boolean }
  expect({ code, isAnswered }).toEqual({ code: 0, isAnswered: false })
  // The deadline of the call is a minute.
  expect(ended - began).toBeLessThan(20_000)
})

test('A vault that is killed while its prompt stands unanswered leaves no helper behind', async () => {
  const session = await openKeychainSession('with-locked-keyring.sh', {
    KEYRING_DISPLAY: await emptyDisplay()
  })
  toClose.push(session.close)
  const child = spawn(process.execPath, [exiting, 'wait', 'latchkey-locked'], { env: session.environment })
  toClose.push(async () => void child.kill('SIGKILL'))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const helpers = childrenOf(child.pid ?? 0)
  expect(helpers).toHaveLength(1)
  child.kill('SIGKILL')
  // The call of the helper would never end on its own.
  await expect.poll(() => helpers.filter(isRunning), { interval: 20 }).toEqual([])
})

function statOf(pid: number | string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ')
  } catch {
    return []
  }
}

function isRunning(pid: number): boolean {
  return !['Z', undefined].includes(statOf(pid)[0])
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => statOf(pid)[1] === String(parent)).map(Number)
}
