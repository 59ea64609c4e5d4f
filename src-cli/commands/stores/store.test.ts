import { describe, expect, it } from 'vitest'
import { toProblem, VaultError } from '#shared/problem.ts'
import type { StoreView } from '#shared/stores.ts'
import { fakeVault } from '../../client/vault.testkit.ts'
import { runFake } from '../../terminal/cli.testkit.ts'

async function run(args: readonly string[], view: Partial<StoreView> = {}) {
  const calls: unknown[] = []
  const viewStore = async (): Promise<StoreView> => ({
    current: 'keychain',
    chosenBy: 'default',
    entries: 12,
    health: { backend: 'keychain', label: 'Keyring', state: 'healthy', problem: null },
    move: null,
    ...view
  })
  const ended = await runFake(args, {
    reachHome: async (way) => {
      calls.push(way)
      return fakeVault({ viewStore }, calls)
    }
  })
  return { ...ended, calls }
}

describe('latchkey store', () => {
  it('says where secrets are kept and why', async () => {
    expect(await run(['store'])).toEqual({
      code: 0,
      out: 'Secrets are kept in the keychain, because it is the default.\n12 entries · Keyring: works\n',
      errors: '',
      calls: ['start', ['viewStore'], ['close']]
    })
  })

  it.each([
    ['environment', 'Secrets are kept in encrypted files, because LATCHKEY_STORE says so.\n'],
    ['default', 'Secrets are kept in encrypted files, because the keychain can’t be used.\n']
  ] as const)('names the files that stand in for the keychain: %s', async (chosenBy, sentence) => {
    const health = {
      backend: 'encrypted-file',
      label: 'Encrypted files',
      state: 'degraded',
      problem: null
    } as const
    expect((await run(['store'], { chosenBy, health })).out).toContain(sentence)
  })

  it('says what is wrong, and what was interrupted', async () => {
    const problem = toProblem(new VaultError('VAULT_LOCKED'))
    const { code, out } = await run(['store'], {
      health: { backend: null, label: 'Encrypted files', state: 'locked', problem },
      move: { from: 'encrypted-file', to: 'sops', isRunning: false }
    })
    expect(code).toBe(1)
    expect(out).toContain('(VAULT_LOCKED)')
    expect(out).toContain(
      'from encrypted files to SOPS files was interrupted: latchkey move --resume, or --undo.\n'
    )
  })

  it('calls a move that runs no interrupted one', async () => {
    const { code, out } = await run(['store'], {
      move: { from: 'keychain', to: 'encrypted-file', isRunning: true }
    })
    expect(code).toBe(1)
    expect(out).toContain('A move from the keychain to encrypted files is running.\n')
  })

  it('ends with 2 when nothing can be stored', async () => {
    const problem = toProblem(new VaultError('KEYCHAIN_UNAVAILABLE'))
    const health = { backend: null, label: 'Keychain', state: 'unavailable', problem } as const
    expect((await run(['store'], { health })).code).toBe(2)
  })

  it('writes JSON', async () => {
    const { out } = await run(['store', '--json', 'all'])
    expect(JSON.parse(out)).toMatchObject({
      current: 'keychain',
      chosenBy: 'default',
      entries: 12,
      move: null
    })
  })
})
