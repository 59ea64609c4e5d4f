import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runHelper } from './helper.testkit.ts'
import type { HelperAnswer, HelperVault, HelperWish } from './helper-vault.ts'
import { kubectlCalls, parentProgram } from './kubectl-calls.ts'
import { kubectlAnswer, kubectlHelper } from './kubectl.ts'

const NOW = Date.parse('2026-11-30T12:00:00Z')
const LATER = '2026-11-30T13:00:00.750Z'
const V1 = 'client.authentication.k8s.io/v1'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-kubectl-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const given = (value: string, expiresAt: string | null = LATER): HelperAnswer => ({
  kind: 'given',
  credential: { service: 'cluster', account: 'ana', user: 'ana', value, expiresAt }
})

/** A vault that gives these answers, one after the other, and then the last. */
function vaultOf(...answers: readonly HelperAnswer[]) {
  const asked: HelperWish[] = []
  const suspected: (string | null)[] = []
  const vault: HelperVault = {
    credential: async (wish) => {
      asked.push(wish)
      return answers[Math.min(asked.length, answers.length) - 1] ?? { kind: 'none' }
    },
    list: async () => [],
    suspect: async ({ value }) => void suspected.push(value)
  }
  return { asked, suspected, vault }
}

const infoOf = (apiVersion: string, server = 'https://127.0.0.1:6443/'): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion, spec: { interactive: false, cluster: { server } } })

type Change = { readonly info?: string; readonly now?: number; readonly parent?: string }

async function call(
  args: readonly string[],
  { vault }: { readonly vault: HelperVault },
  { info = infoOf(V1), now = NOW, parent = '100 5' }: Change = {}
) {
  const calls = kubectlCalls(folder, parent)
  return resultOf(await kubectlAnswer({ args, info, calls, now: () => now }, vault))
}

const resultOf = (answer: Awaited<ReturnType<typeof kubectlAnswer>>) => ({
  out: 'out' in answer ? answer.out : '',
  error: 'sentence' in answer ? answer.sentence : '',
  code: 'code' in answer ? answer.code : 0
})

const tokenOf = ({ out }: { readonly out: string }): string =>
  (JSON.parse(out) as { readonly status: { readonly token: string } }).status.token

describe('an answer', () => {
  it('has the version that was asked in, the token and its expiry', async () => {
    for (const apiVersion of [V1, `${V1}beta1`]) {
      const world = vaultOf(given('eyJ-1'))
      const { out, error, code } = await call(['--service', 'cluster', '--account=ana'], world, {
        info: infoOf(apiVersion),
        parent: apiVersion
      })
      expect({ error, code }).toEqual({ error: '', code: 0 })
      expect(JSON.parse(out)).toEqual({
        apiVersion,
        kind: 'ExecCredential',
        status: { token: 'eyJ-1', expirationTimestamp: '2026-11-30T13:00:00Z' }
      })
      expect(world.asked).toEqual([
        { helper: 'kubectl', host: '127.0.0.1:6443', service: 'cluster', account: 'ana', scope: null }
      ])
    }
  })

  it('has no expiry where the token has none', async () => {
    const { out } = await call(['--service', 'cluster'], vaultOf(given('eyJ-1', null)))
    expect(JSON.parse(out)).toMatchObject({ status: { token: 'eyJ-1' } })
    expect(out).not.toContain('expirationTimestamp')
  })
})

describe('a call without an answer', () => {
  it.each([
    ['locked', 75],
    ['pending', 75],
    ['denied', 77],
    ['sign-in', 4],
    ['unreachable', 69]
  ] as const)('says why on standard error: %s', async (why, code) => {
    const refused = vaultOf({ kind: 'refused', why, sentence: 'A sentence.' })
    expect(await call([], refused)).toEqual({ out: '', error: 'A sentence.', code })
  })

  it('says that nothing is held for the cluster', async () => {
    const { out, error, code } = await call([], vaultOf({ kind: 'none' }))
    expect({ out, code }).toEqual({ out: '', code: 1 })
    expect(error).toContain('latchkey setup kubectl')
  })

  it.each([
    ['without what kubectl says', '', 'started by kubectl'],
    ['with what is no JSON', '{"secret-1', 'started by kubectl'],
    ['in another version', infoOf('client.authentication.k8s.io/v1alpha1'), 'version'],
    ['without a cluster', JSON.stringify({ apiVersion: V1, spec: {} }), 'provideClusterInfo'],
    ['without a server', JSON.stringify({ apiVersion: V1, spec: { cluster: { server: 'x' } } }), 'Cluster'],
    ['over http', infoOf(V1, 'http://secret-1.example'), 'https']
  ])('asks the vault nothing: %s', async (_name, info, words) => {
    const world = vaultOf(given('eyJ-1'))
    const { out, error, code } = await call([], world, { info })
    expect({ out, code }).toEqual({ out: '', code: 64 })
    expect(error).toContain(words)
    expect(error).not.toContain('secret-1')
    expect(world.asked).toEqual([])
  })

  it('asks the vault nothing for arguments that it does not know', async () => {
    const world = vaultOf(given('eyJ-1'))
    for (const args of [['secret-1'], ['--secret-1'], ['--service']]) {
      const { error, code } = await call(args, world)
      expect(code).toBe(64)
      expect(error).not.toContain('secret-1')
    }
    expect(world.asked).toEqual([])
  })
})

describe('a program that asks again', () => {
  const fresh = given('eyJ-2', '2026-11-30T14:00:00Z')

  it('before its token has expired was refused with it, and gets a refreshed one', async () => {
    const world = vaultOf(given('eyJ-1'), given('eyJ-1'), fresh)
    expect(tokenOf(await call([], world))).toBe('eyJ-1')
    expect(tokenOf(await call([], world))).toBe('eyJ-2')
    expect(world.suspected).toEqual(['eyJ-1'])
  })

  it('gets one refresh in ten minutes, whichever program asks', async () => {
    const world = vaultOf(given('eyJ-1'), given('eyJ-1'), fresh)
    for (let n = 0; n < 6; n += 1) await call([], world)
    for (let n = 0; n < 3; n += 1) await call([], world, { parent: '200 9' })
    expect(world.suspected).toEqual(['eyJ-1'])
    await call([], world, { now: NOW + 600_001 })
    expect(world.suspected).toEqual(['eyJ-1', 'eyJ-2'])
  })

  it('after its token has expired was not refused', async () => {
    const world = vaultOf(given('eyJ-1'))
    await call([], world)
    await call([], world, { now: Date.parse(LATER) })
    expect(world.suspected).toEqual([])
  })

  it('was not refused with a token that the vault has exchanged meanwhile', async () => {
    const world = vaultOf(given('eyJ-1'), fresh)
    await call([], world)
    expect(tokenOf(await call([], world))).toBe('eyJ-2')
    expect(world.suspected).toEqual([])
  })

  it('is another one if its id or its start differs, or what it asks for', async () => {
    const world = vaultOf(given('eyJ-1'))
    await call([], world)
    await call([], world, { parent: '100 6' })
    await call([], world, { parent: '101 5' })
    await call(['--account', 'bob'], world)
    await call([], world, { info: infoOf(V1, 'https://127.0.0.1:6444') })
    expect(world.suspected).toEqual([])
  })
})

describe('the file of calls', () => {
  it('holds no token, is the person’s alone and stays small', async () => {
    const world = vaultOf(given('eyJ-1'))
    for (let n = 0; n < 100; n += 1) await call([], world, { parent: String(n) })
    const path = join(folder, 'kubectl-calls.json')
    const text = readFileSync(path, 'utf8')
    expect(text).not.toContain('eyJ-1')
    expect(JSON.parse(text)).toHaveLength(32)
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('that is broken or can not be written changes no answer', async () => {
    writeFileSync(join(folder, 'kubectl-calls.json'), '[{"parent":1},null')
    const world = vaultOf(given('eyJ-1'))
    expect(tokenOf(await call([], world))).toBe('eyJ-1')
    const calls = kubectlCalls(join(folder, 'missing'), '1')
    const there = await kubectlAnswer({ args: [], info: infoOf(V1), calls, now: () => NOW }, world.vault)
    expect(tokenOf(resultOf(there))).toBe('eyJ-1')
  })

  it('knows this program by its id and, on Linux, its start', () => {
    expect(parentProgram(process.pid)).toMatch(process.platform === 'linux' ? /^\d+ \d+$/ : /^\d+$/)
    expect(parentProgram(process.pid)).toBe(parentProgram(process.pid))
  })
})

describe('the program', () => {
  const run = async (vault: HelperVault, environment: Readonly<Record<string, string>>) =>
    await runHelper(
      kubectlHelper,
      ['--parent', String(process.pid), '--service', 'cluster'],
      '',
      vault,
      environment,
      folder
    )

  it('reads what kubectl says in a variable, and notes the call', async () => {
    const world = vaultOf(given('eyJ-1', null))
    const { out, errors, code } = await run(world.vault, { KUBERNETES_EXEC_INFO: infoOf(V1) })
    expect({ errors, code }).toEqual({ errors: '', code: 0 })
    expect(tokenOf({ out })).toBe('eyJ-1')
    await run(world.vault, { KUBERNETES_EXEC_INFO: infoOf(V1) })
    expect(world.suspected).toEqual(['eyJ-1'])
  })

  it('says on standard error why it gives nothing', async () => {
    const { out, errors, code } = await run(vaultOf().vault, {})
    expect({ out, code }).toEqual({ out: '', code: 64 })
    expect(errors).toMatch(/^latchkey: This program is started by kubectl/)
  })
})
