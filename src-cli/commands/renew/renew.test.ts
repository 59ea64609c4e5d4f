import { describe, expect, it } from 'vitest'
import type { CredentialView } from '#shared/broker/credential-views.ts'
import type { KeyTest } from '#shared/rotation.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { runFake } from '../../terminal/cli.testkit.ts'

const ID = '["github","octocat"]'
const until = '2027-01-01T10:00:00.000Z'
const entry = {
  id: ID,
  service: 'github',
  account: 'octocat',
  kind: 'api-key',
  status: { kind: 'valid' },
  expiry: { kind: 'never' },
  rotation: null,
  masked: 'gh••••••••1a',
  allowedTo: []
} as Partial<CredentialView> as CredentialView
const switched = {
  ...entry,
  rotation: { kind: 'switched', since: until, undoUntil: until }
} as CredentialView

type Given = {
  readonly found?: readonly CredentialView[]
  readonly works?: KeyTest['works']
  readonly key?: string | null
}

/** Runs a command on a vault that notes what it is asked. */
async function run(args: readonly string[], { found = [entry], works = 'yes', key = 'new' }: Given = {}) {
  const asked: string[] = []
  const answers: Readonly<Record<string, unknown>> = {
    refresh: entry,
    refreshAll: { refreshed: 3, failed: 1 },
    prepareKey: entry,
    testKey: { works, text: 'It was asked.', testedAt: until },
    switchKey: switched,
    undoRotation: entry,
    finishRotation: entry
  }
  const vault = {
    stream: async () => ({ value: { credentials: [...found] }, body: null }),
    ask: async (name: string) => {
      asked.push(name)
      return answers[name]
    },
    close: () => void asked.push('close')
  }
  const openVault = async () => vault as Partial<VaultConnection> as VaultConnection
  return { ...(await runFake(args, { openVault, askSecret: async () => key })), asked }
}

describe('latchkey refresh', () => {
  it('refreshes the one entry that is meant, and says until when it works', async () => {
    const { asked, code, out } = await run(['refresh', 'github'])
    expect({ asked, code, out }).toEqual({
      asked: ['refresh', 'close'],
      code: 0,
      out: 'Refreshed github, octocat: expires never.\n'
    })
  })

  it('refreshes all, and ends with 1 if some failed', async () => {
    const { code, out } = await run(['refresh', '--all', '--json', 'refreshed,failed'])
    expect([code, JSON.parse(out)]).toEqual([1, { refreshed: 3, failed: 1 }])
  })

  it.each([[['refresh']], [['refresh', 'github', '--all']]])('needs one of the two: %j', async (args) => {
    expect(await run(args)).toMatchObject({ code: 64, asked: [] })
  })
})

describe('latchkey rotate', () => {
  it.each([
    ['works', 'yes', [], 0, ['prepareKey', 'testKey', 'switchKey', 'close']],
    ['does not work', 'no', [], 1, ['prepareKey', 'testKey', 'undoRotation', 'close']],
    ['can not be tested', 'unknown', [], 1, ['prepareKey', 'testKey', 'close']],
    [
      'can not be tested and is wanted so',
      'unknown',
      ['--untested'],
      0,
      ['prepareKey', 'testKey', 'switchKey', 'close']
    ]
  ] as const)('asks for a key that %s', async (_, works, further, code, asked) => {
    expect(await run(['rotate', 'github', ...further], { works })).toMatchObject({ code, asked })
  })

  it('goes on with a key that is stored already', async () => {
    const prepared = {
      ...entry,
      rotation: { kind: 'prepared', since: until, masked: 'ne••••••••ew' }
    } as const
    const { asked } = await run(['rotate', 'github'], { found: [prepared] })
    expect(asked).toEqual(['testKey', 'switchKey', 'close'])
  })

  it.each([
    ['no key comes', { key: null }, 'No key was given'],
    ['the new key is in use already', { found: [switched] }, '--undo'],
    ['it is a sign-in', { found: [{ ...entry, kind: 'oauth' }] }, 'latchkey refresh'],
    ['there are two accounts', { found: [entry, entry] }, '--account']
  ] as const)('changes nothing if %s', async (_, given, sentence) => {
    const { asked, code, errors } = await run(['rotate', 'github'], given)
    expect({ asked, code }).toEqual({ asked: ['close'], code: 64 })
    expect(errors).toContain(sentence)
  })

  it.each(['tomorrow', '2027-13-01', '27-01-01'])('refuses a day that is none: %s', async (day) => {
    expect(await run(['rotate', 'github', '--expires', day])).toMatchObject({ code: 64, asked: [] })
  })
})
