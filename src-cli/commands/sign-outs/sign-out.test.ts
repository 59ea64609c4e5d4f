import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { runFake } from '../../terminal/cli.testkit.ts'

async function run(args: readonly string[], revoked: 'yes' | 'no' | 'unsupported' | VaultError = 'yes') {
  const calls: unknown[] = []
  const ended = await runFake(['sign-out', ...args], {
    openEnds: async () => ({
      signOut: async (ref) => {
        calls.push(['sign out', ref])
        if (revoked instanceof VaultError) throw revoked
        return { removed: true, revoked, isNoted: revoked === 'no' }
      },
      forget: async (ref) => void calls.push(['forget', ref]),
      close: async () => void calls.push('close')
    })
  })
  return { ...ended, calls }
}

const ref = { service: 'github', account: 'octocat' }

describe('latchkey sign-out', () => {
  it.each([
    ['yes', 0, 'revoked'],
    ['no', 1, 'not confirmed'],
    ['unsupported', 1, 'no way']
  ] as const)('says what happened here and at the provider: %s', async (revoked, code, there) => {
    const done = await run(['github', 'octocat'], revoked)
    expect(done.code).toBe(code)
    expect(done.out).toMatch(new RegExp(`^Here: +deleted\nAt the provider: .*${there}`))
    expect(done.calls).toEqual([['sign out', ref], 'close'])
  })

  it('says where an unconfirmed sign-out is listed, and says it only for one', async () => {
    expect((await run(['github', 'octocat'], 'no')).out).toContain('“latchkey sign-outs” lists it')
    expect((await run(['github', 'octocat'], 'yes')).out).not.toContain('lists it')
  })

  it('forgets without asking the provider, and says that the access may go on there', async () => {
    const done = await run(['--forget', 'github', 'octocat'])
    expect(done).toMatchObject({ code: 0, calls: [['forget', ref], 'close'] })
    expect(done.out).toContain('not asked, the access may go on')
  })

  it('gives the same as JSON', async () => {
    const done = await run(['--json', 'github', 'octocat'], 'no')
    expect(JSON.parse(done.out)).toEqual({ removed: true, revoked: 'no', isNoted: true })
  })

  it('closes the home when the store refused, and says why', async () => {
    const done = await run(['github', 'octocat'], new VaultError('STORE_WRITE_FAILED'))
    expect(done).toMatchObject({ code: 70, out: '', calls: [['sign out', ref], 'close'] })
    expect(done.errors).toContain('STORE_WRITE_FAILED')
  })

  it.each([[[]], [['github']], [['a', 'b', 'c']], [['--all', 'github', 'octocat']]])(
    'refuses %j',
    async (args) => {
      expect(await run(args)).toMatchObject({ code: 64, calls: [] })
    }
  )
})
