import { describe, expect, it } from 'vitest'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { type FakeAnswers, fakeVault } from '../../client/vault.testkit.ts'
import { runFake } from '../../terminal/cli.testkit.ts'

const first = {
  id: '9',
  name: 'GitHub',
  account: 'octocat',
  host: 'github.com',
  page: 'https://github.com/settings/applications',
  at: '2026-11-21T10:00:30.000Z'
}
const second = { ...first, id: '12', page: null, at: '2026-11-21T12:07:00.000Z' }

async function run(args: readonly string[], listed = [second, first], answers: FakeAnswers = {}) {
  const calls: unknown[] = []
  const taken: unknown[] = []
  const notes = listed.map((note) => ({ ...note, isTold: true }))
  const vault = fakeVault(
    {
      listSignOuts: async () => notes,
      forgetSignOuts: async (ids: readonly string[]) => {
        taken.push(ids)
        const done = notes.filter(({ id }) => ids.includes(id))
        return done.length === ids.length ? done : null
      },
      ...answers
    },
    calls
  )
  const ended = await runFake(['sign-outs', ...args], {
    reachHome: async (way) => {
      calls.push(way)
      return vault
    }
  })
  return { ...ended, calls, taken }
}

describe('latchkey sign-outs', () => {
  it('lists each with its number, its minute and its page, says what to do, and ends with 1', async () => {
    const { code, out, taken } = await run([])
    expect(out.split('\n')).toEqual([
      '12  GitHub, octocat · github.com · signed out 2026-11-21 12:07 UTC',
      '    → no page is known; look there for connected applications',
      ' 9  GitHub, octocat · github.com · signed out 2026-11-21 10:00 UTC',
      '    → https://github.com/settings/applications',
      '',
      'End the access at the provider, then say so: latchkey sign-outs --done NUMBER',
      ''
    ])
    expect([code, taken]).toEqual([1, []])
  })

  it('ends with 0 if no sign-out is listed', async () => {
    const { code, out } = await run([], [])
    expect([code, out]).toEqual([0, 'The list of unconfirmed sign-outs is empty.\n'])
  })

  it('gives the same as JSON, with the same codes', async () => {
    const listed = await run(['--json', 'all'])
    expect(JSON.parse(listed.out)).toEqual([second, first])
    expect(listed.code).toBe(1)
    expect(await run(['--json', 'all'], [])).toMatchObject({ code: 0, out: '[]\n' })
  })

  it('takes the named numbers off the list once each, says which, and ends with 0', async () => {
    const done = await run(['--done', '9', '9'])
    expect(done).toMatchObject({
      code: 0,
      out: 'Off the list: GitHub, octocat · github.com · signed out 2026-11-21 10:00 UTC\n',
      taken: [['9']]
    })
    const both = await run(['--done', '--json', 'all', '9', '12'])
    expect(both.taken).toEqual([['9', '12']])
    expect((JSON.parse(both.out) as { id: string }[]).map(({ id }) => id)).toEqual(['12', '9'])
  })

  it('asks the vault, which it may start, and leaves it', async () => {
    expect((await run([])).calls).toEqual(['start', ['listSignOuts'], ['close']])
  })

  it('says why nothing was taken off', async () => {
    expect(await run(['--done', '9', '7'], [first])).toMatchObject({
      code: 64,
      out: '',
      errors:
        'latchkey: There is no sign-out with this number. “latchkey sign-outs” shows the numbers. Nothing was changed. (INVALID_REQUEST)\n'
    })
    const refusal = new VaultRefusal({ code: 'STORE_WRITE_FAILED', message: 'It could not be stored.' })
    const refused = await run(['--done', '9'], [first], { forgetSignOuts: () => Promise.reject(refusal) })
    expect(refused).toMatchObject({
      code: 70,
      out: '',
      errors: 'latchkey: It could not be stored. (STORE_WRITE_FAILED)\n'
    })
  })

  it.each([
    [['--done'], 'NUMBER is missing.'],
    [['9'], 'A NUMBER goes with --done.'],
    [['--done', 'github', 'octocat'], 'NUMBER must be a number in the list.'],
    [['--done', '0'], 'NUMBER must be a number in the list.'],
    [['--done', '9x'], 'NUMBER must be a number in the list.'],
    [['--done', '-9'], 'There is no option of that name.'],
    [['--all'], 'There is no option of that name.']
  ])('refuses %j and says what is wrong', async (args, sentence) => {
    const { code, errors, taken } = await run(args)
    expect([code, taken]).toEqual([64, []])
    expect(errors).toBe(`latchkey sign-outs: ${sentence} See “latchkey sign-outs --help”.\n`)
  })
})
