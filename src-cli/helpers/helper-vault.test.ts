import { describe, expect, it, vi } from 'vitest'
import { VaultRefusal } from '../../src-socket/vault-connection.ts'
import { fakeVault, type FakeAnswers } from '../client/vault.testkit.ts'
import { helperVault } from './helper-vault.ts'

const given = {
  kind: 'given',
  service: 'github',
  account: 'ana',
  user: 'x-access-token',
  value: 'gho_value',
  expiresAt: null
} as const

function over(answers: FakeAnswers, calls: unknown[] = []) {
  const vault = fakeVault(answers, calls)
  return helperVault({ openVault: async () => Object.assign(vault, connection(vault, calls)) })
}

/** What a connection has beside `stream`. */
function connection(vault: Pick<ReturnType<typeof fakeVault>, 'stream'>, calls: unknown[]) {
  return {
    ask: async (name: string, ...args: readonly unknown[]) => (await vault.stream(name, args, {})).value,
    destroy: () => void calls.push(['close'])
  }
}

const refusing = (code: string, message: string) =>
  over({
    helperCredential: async () => {
      throw new VaultRefusal({ code, message } as ConstructorParameters<typeof VaultRefusal>[0])
    }
  })

describe('the vault of a helper', () => {
  it('asks for what the tool names, waits for a window, and leaves the connection', async () => {
    const calls: unknown[] = []
    const answer = await over({ helperCredential: async () => given }, calls).credential({
      helper: 'git',
      host: 'github.com',
      user: 'ana'
    })
    const { kind: _kind, ...credential } = given
    expect(answer).toEqual({ kind: 'given', credential })
    const nothing = { path: null, service: null, account: null, scope: null }
    const from = { folder: process.cwd(), remotes: expect.any(Array) as string[] }
    expect(calls).toEqual([
      ['helperCredential', { helper: 'git', host: 'github.com', user: 'ana', ...nothing, waits: true, from }],
      ['close']
    ])
  })

  it('says that there is nothing, and what to do where the person has to be asked', async () => {
    const none = over({ helperCredential: async () => ({ kind: 'none' }) })
    expect(await none.credential({ helper: 'git', host: 'example.com' })).toEqual({ kind: 'none' })
    const asked = over({ helperCredential: async () => ({ kind: 'question', question: {} as never }) })
    expect(await asked.credential({ helper: 'git', host: 'github.com' })).toEqual({
      kind: 'refused',
      why: 'pending',
      sentence: 'Allow it in Latchkey’s window or with “latchkey approvals”, then repeat.'
    })
  })

  it.each([
    ['KEYCHAIN_LOCKED', 'locked'],
    ['SIGN_IN_REQUIRED', 'sign-in'],
    ['REFRESH_REJECTED', 'sign-in'],
    ['APPROVAL_DENIED', 'denied'],
    ['INVALID_REQUEST', 'denied'],
    ['BROKER_UNREACHABLE', 'unreachable'],
    ['REFRESH_UNREACHABLE', 'unreachable'],
    ['constructor', 'unreachable']
  ])('passes the sentence of %s on, as %s', async (code, why) => {
    const answer = await refusing(code, 'Do this.').credential({ helper: 'git', host: 'github.com' })
    expect(answer).toEqual({ kind: 'refused', why, sentence: 'Do this.' })
  })

  it('says how a locked store is unlocked', async () => {
    const answer = await refusing('VAULT_LOCKED', 'Locked.').credential({ helper: 'git', host: 'github.com' })
    const sentence = 'Latchkey is locked. Unlock it in its window or with “latchkey unlock”, then repeat.'
    expect(answer).toEqual({ kind: 'refused', why: 'locked', sentence })
  })

  it('quotes no error that does not come from the vault', async () => {
    const broken = helperVault({ openVault: () => Promise.reject(new Error('/home/ana/secret')) })
    const answer = await broken.credential({ helper: 'git', host: 'github.com' })
    expect(answer).toMatchObject({ kind: 'refused', why: 'unreachable' })
    expect(JSON.stringify(answer)).not.toContain('ana')
  })

  it('gives up a vault that does not answer in time', async () => {
    const silent = helperVault({ openVault: () => new Promise(() => undefined), deadlineMs: 5 })
    expect(await silent.credential({ helper: 'git', host: 'github.com' })).toMatchObject({
      kind: 'refused',
      why: 'unreachable'
    })
    expect(await silent.list('git')).toEqual([])
    await silent.suspect({ helper: 'git', host: 'github.com', value: 'gho_value' })
  })

  it('waits no longer for several answers than for one', async () => {
    vi.useFakeTimers()
    try {
      const silent = helperVault({ openVault: () => new Promise(() => undefined) })
      const asked = (async () => {
        await silent.list('git')
        await silent.suspect({ helper: 'git', host: 'github.com', value: null })
        return await silent.credential({ helper: 'git', host: 'github.com' })
      })()
      await vi.advanceTimersByTimeAsync(4600)
      const ended = await Promise.race([asked, Promise.resolve('still waits')])
      expect(ended).toMatchObject({ kind: 'refused', why: 'unreachable' })
    } finally {
      vi.useRealTimers()
    }
  })

  it('leaves a vault that opens too late', async () => {
    const calls: unknown[] = []
    const vault = fakeVault({}, calls)
    const late = Promise.withResolvers<typeof vault>()
    const slow = helperVault({ openVault: () => late.promise, deadlineMs: 5 })
    await slow.list('git')
    late.resolve(Object.assign(vault, connection(vault, calls)))
    await expect.poll(() => calls.length).toBe(1)
    expect(calls).toEqual([['close']])
  })

  it('says which value was refused by its digest alone', async () => {
    const calls: unknown[] = []
    const vault = over({ suspectCredential: async () => null }, calls)
    await vault.suspect({ helper: 'git', host: 'github.com', value: 'gho_value' })
    expect(calls[0]).toEqual([
      'suspectCredential',
      { helper: 'git', host: 'github.com', digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown }
    ])
    expect(JSON.stringify(calls)).not.toContain('gho_value')
  })

  it('says that a value was refused also where the tool does not say which', async () => {
    const calls: unknown[] = []
    const vault = over({ suspectCredential: async () => null }, calls)
    await vault.suspect({ helper: 'docker', host: 'ghcr.io', value: null })
    expect(calls[0]).toEqual(['suspectCredential', { helper: 'docker', host: 'ghcr.io', digest: null }])
  })
})
