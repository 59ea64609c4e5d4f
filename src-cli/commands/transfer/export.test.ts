import { describe, expect, it } from 'vitest'
import { ASKED_IN_WINDOW } from '#shared/broker/terminal-requests.ts'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { fakeVault } from '../../client/vault.testkit.ts'
import { runFake } from '../../terminal/cli.testkit.ts'
import { open, PASSPHRASE, run } from './transfer.testkit.ts'

describe('latchkey export', () => {
  it('asks for the passphrase, writes to the full path and says that it was read back', async () => {
    const { code, out, calls } = await run(['export', '/backup/all.age'], { typed: [PASSPHRASE] })
    expect(code).toBe(0)
    expect(calls).toEqual([
      ['getLock'],
      ['exportTo', { path: '/backup/all.age', passphrase: PASSPHRASE }],
      ['close']
    ])
    expect(out).toBe('2 exported to /backup/all.age, read back.\n')
  })

  it('asks twice on a terminal, and exports nothing if the answers differ', async () => {
    const twice = { typed: [PASSPHRASE, `${PASSPHRASE}!`], isInteractive: true }
    const { code, calls, errors } = await run(['export', 'x.age'], twice)
    expect([code, calls]).toEqual([64, [['getLock'], ['close']]])
    expect(errors).toContain('don’t match')
    expect(errors).not.toContain(PASSPHRASE)
  })

  it('asks no vault for a home that can not be written', async () => {
    const calls: unknown[] = []
    const { code, out } = await runFake(['export', '/backup/all.age'], {
      askSecret: async () => PASSPHRASE,
      isReadOnly: async () => true,
      openReadOnly: async () => ({
        isLocked: async () => false,
        unlock: async () => undefined,
        exportTo: async ({ path }) => ({ path, exported: 1, missing: [] }),
        close: async () => void calls.push('close')
      })
    })
    expect([code, out, calls]).toEqual([0, '1 exported to /backup/all.age, read back.\n', ['close']])
  })

  it.each([
    ['is allowed', null, 0, '2 exported'],
    ['is not allowed', new VaultRefusal({ code: 'APPROVAL_DENIED', message: 'Not allowed.' }), 77, '']
  ])('says that it waits for the window, and with its code that it %s', async (_how, refusal, code, said) => {
    const ended = await runFake(['export', '/x.age'], {
      askSecret: async () => PASSPHRASE,
      isReadOnly: async () => false,
      openVault: async () =>
        fakeVault(
          {
            getLock: async () => open,
            exportTo: async ({ path }: { readonly path: string }, { notice }) => {
              notice(ASKED_IN_WINDOW)
              if (refusal !== null) throw refusal
              return { path, exported: 2, missing: [] }
            }
          },
          []
        )
    })
    expect([ended.code, ended.out]).toEqual([code, expect.stringContaining(said)])
    expect(ended.errors).toMatch(/^latchkey: waiting for your answer in Latchkey’s window\n/)
    if (refusal !== null) expect(ended.errors).toContain('Not allowed. (APPROVAL_DENIED)')
  })

  it('does not send a passphrase that is too short', async () => {
    const { code, errors, calls } = await run(['export', 'x.age'], { typed: ['too short'] })
    expect([code, calls]).toEqual([64, [['getLock'], ['close']]])
    expect(errors).toContain('12 to 1024 characters')
    expect(errors).not.toContain('too short')
  })

  it('names the credentials that are not in the file and ends with 1', async () => {
    const given = { typed: [PASSPHRASE], missing: ['GitHub · ana'] }
    const { code, out } = await run(['export', 'x.age'], given)
    expect(code).toBe(1)
    expect(out).toContain('! GitHub · ana can’t be read')
  })

  it.each([[[]], [['a', 'b']], [['--passphrase=four words', 'a']]])('does not take %j', async (more) => {
    const { code, calls, errors } = await run(['export', ...more], { typed: [PASSPHRASE] })
    expect([code, calls]).toEqual([64, []])
    expect(errors).not.toContain('four words')
  })
})
