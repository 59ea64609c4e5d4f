import { describe, expect, it } from 'vitest'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { type FakeAnswers, fakeVault } from '../../client/vault.testkit.ts'
import { runFake } from '../../terminal/cli.testkit.ts'

async function run(args: readonly string[], revoked: 'yes' | 'no' | 'unsupported' = 'yes') {
  const signOut = async () => ({ removed: true, revoked, isNoted: revoked === 'no' })
  return await runOver(args, { signOut, remove: async () => null })
}

async function runOver(args: readonly string[], answers: FakeAnswers) {
  const calls: unknown[] = []
  const ended = await runFake(['sign-out', ...args], { openVault: async () => fakeVault(answers, calls) })
  return { ...ended, calls }
}

const id = '["github","octocat"]'

describe('latchkey sign-out', () => {
  it.each([
    ['yes', 0, 'revoked'],
    ['no', 1, 'not confirmed'],
    ['unsupported', 1, 'no way']
  ] as const)('says what happened here and at the provider: %s', async (revoked, code, there) => {
    const done = await run(['github', 'octocat'], revoked)
    expect(done.code).toBe(code)
    expect(done.out).toMatch(new RegExp(`^Here: +deleted\nAt the provider: .*${there}`))
    expect(done.calls).toEqual([['signOut', id], ['close']])
  })

  it('says where an unconfirmed sign-out is listed, and says it only for one', async () => {
    expect((await run(['github', 'octocat'], 'no')).out).toContain('“latchkey sign-outs” lists it')
    expect((await run(['github', 'octocat'], 'yes')).out).not.toContain('lists it')
  })

  it('forgets without asking the provider, and says that the access may go on there', async () => {
    const done = await run(['--forget', 'github', 'octocat'])
    expect(done).toMatchObject({ code: 0, calls: [['remove', id], ['close']] })
    expect(done.out).toContain('not asked, the access may go on')
  })

  it('takes the one account of a service that is named alone, and of several none', async () => {
    const signOut = async () => ({ removed: true, revoked: 'yes', isNoted: false }) as const
    const of = (...ids: string[]): FakeAnswers => ({
      signOut,
      viewCredentials: async () =>
        ({ credentials: ids.map((each) => ({ id: each, service: 'github' })) }) as never,
      listAccountRules: async () => []
    })
    const one = await runOver(['github'], of(id))
    expect([one.code, one.calls.at(-2)]).toEqual([0, ['signOut', id]])
    const several = await runOver(['github'], of(id, '["github","bot"]'))
    expect([several.code, several.out]).toEqual([64, ''])
    expect(several.calls.flat()).not.toContain('signOut')
  })

  it('gives the same as JSON', async () => {
    const done = await run(['--json', 'all', 'github', 'octocat'], 'no')
    expect(JSON.parse(done.out)).toEqual({ removed: true, revoked: 'no', isNoted: true })
  })

  it('says why nothing was ended, and leaves the vault', async () => {
    const refuse = (code: 'STORE_WRITE_FAILED' | 'UNKNOWN_SERVICE') => () =>
      Promise.reject(new VaultRefusal({ code, message: 'It said why.' }))
    expect(await runOver(['github', 'octocat'], { signOut: refuse('STORE_WRITE_FAILED') })).toEqual({
      code: 70,
      out: '',
      errors: 'latchkey: It said why. (STORE_WRITE_FAILED)\n',
      calls: [['signOut', id], ['close']]
    })
    const unknown = await runOver(['--forget', 'github', 'octocat'], { remove: refuse('UNKNOWN_SERVICE') })
    expect(unknown).toMatchObject({ code: 4, out: '' })
  })

  it.each([[[]], [['a', 'b', 'c']], [['--all', 'github', 'octocat']]])('refuses %j', async (args) => {
    expect(await run(args)).toMatchObject({ code: 64, calls: [] })
  })
})
