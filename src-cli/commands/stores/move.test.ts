import { describe, expect, it, vi } from 'vitest'
import { ASKED_IN_WINDOW, type MoveOrder } from '#shared/broker/terminal-requests.ts'
import type { VaultSnapshot } from '#shared/ipc.ts'
import type { LockState } from '#shared/lock.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import { readLayout } from '#shared/layout.ts'
import { readPreferences } from '#shared/preferences.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { StoreMove } from '#shared/stores.ts'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { WAITING } from '../../client/permitted.ts'
import { fakeVault, type FakeAnswers } from '../../client/vault.testkit.ts'
import { runFake } from '../../terminal/cli.testkit.ts'

const PASSPHRASE = 'seven wet otters'

type Given = {
  readonly answers?: readonly string[]
  readonly isInteractive?: boolean
  readonly isLocked?: boolean
  readonly left?: StoreMove | null
  readonly end?: Pick<StoreMove, 'state'>
  readonly isReadOnly?: boolean
  /** Standard error is a terminal, and each step lasts for a second. */
  readonly isLong?: boolean
}

async function run(args: readonly string[], given: Given = {}) {
  const answers = [...(given.answers ?? [])]
  const calls: unknown[] = []
  const now = vi.spyOn(performance, 'now').mockReturnValue(0)
  const end: StoreMove = { ...moving, ...(given.end ?? moved) }
  const fake: FakeAnswers = {
    getLock: async () => (given.isLocked === true ? locked : open),
    unlockVault: async () => open,
    getSnapshot: async () => ({ ...snapshot, move: given.left ?? null }),
    carryOutMove: async (order: MoveOrder, { notice }) => {
      notice({ move: moving })
      if (given.isLong === true) now.mockReturnValue(1000)
      notice({ move: { ...moving, state: { ...moving.state, done: 24 } } })
      return order.kind === 'to' ? { ...end, to: order.target.type } : end
    },
    undoMove: async () => null
  }
  const ended = await runFake(args, {
    isInteractive: () => given.isInteractive ?? false,
    isErrorShown: () => given.isLong ?? false,
    askSecret: async () => answers.shift() ?? null,
    isReadOnly: async () => given.isReadOnly ?? false,
    openVault: async () => fakeVault(fake, calls)
  }).finally(() => now.mockRestore())
  return { ...ended, calls }
}

const healthy: StorageHealth = { backend: 'keychain', label: 'Keyring', state: 'healthy', problem: null }
const open: LockState = { isLocked: false, needsPassphrase: true, waiting: [] }
const locked: LockState = { ...open, isLocked: true }
const moving = {
  from: 'keychain',
  to: 'encrypted-file',
  needsPassphrase: true,
  state: { kind: 'running', step: 'copy', done: 25, total: 25 }
} as const satisfies StoreMove
const snapshot: VaultSnapshot = {
  revision: 0,
  credentials: [],
  total: 0,
  storage: healthy,
  lock: open,
  clock: null,
  signOuts: [],
  unlisted: 0,
  move: null,
  signIns: [],
  providers: [],
  preferences: readPreferences(null),
  layout: readLayout(null),
  hasTray: true,
  version: '1.2.3'
}
const moved = { state: { kind: 'done', moved: 25 } } as const

describe('latchkey move', () => {
  it('moves to each kind of store and says how many', async () => {
    const file = await run(['move', '--to', 'encrypted-file'], { answers: [PASSPHRASE] })
    expect(file).toMatchObject({ code: 0, out: '25 entries moved to encrypted files.\n' })
    expect(file.errors).toBe('Copied: 25 of 25\n')
    expect(file.calls).toEqual([
      ['getLock'],
      ['carryOutMove', { kind: 'to', target: { type: 'encrypted-file', passphrase: PASSPHRASE } }],
      ['close']
    ])
    const keychain = await run(['move', '--to', 'keychain'])
    expect(keychain.calls).toContainEqual(['carryOutMove', { kind: 'to', target: { type: 'keychain' } }])
    const sops = await run(['move', '--to', 'sops', '--age-key-file', '/keys.txt'])
    expect(sops.calls).toContainEqual([
      'carryOutMove',
      { kind: 'to', target: { type: 'sops', ageKeyFile: '/keys.txt' } }
    ])
  })

  it('says how far a long step is on a line of the terminal that is gone at the end', async () => {
    const { errors } = await run(['move', '--to', 'keychain'], { isLong: true })
    expect(errors).toBe('Copied: 25 of 25\n\r\u001B[KCopied 24 of 25\r\u001B[K')
  })

  it('asks twice on a terminal, and moves nothing if the answers differ', async () => {
    const answers = [PASSPHRASE, 'seven dry otters']
    const { code, calls, errors } = await run(['move', '--to', 'encrypted-file'], {
      answers,
      isInteractive: true
    })
    expect([code, calls]).toEqual([64, [['getLock'], ['close']]])
    expect(errors).toContain('don’t match')
    expect(errors).not.toContain('otters')
  })

  it('opens a locked store first, then asks for the passphrase of the move', async () => {
    const left: StoreMove = { ...moving, state: { kind: 'interrupted', canUndo: true } }
    const { calls } = await run(['move', '--resume'], {
      answers: ['old one', PASSPHRASE],
      isLocked: true,
      left
    })
    expect(calls).toEqual([
      ['getLock'],
      ['unlockVault', { passphrase: 'old one' }],
      ['getSnapshot'],
      ['carryOutMove', { kind: 'resume', passphrase: PASSPHRASE }],
      ['close']
    ])
    expect((await run(['move', '--undo'], { left })).calls).toEqual([['getLock'], ['undoMove'], ['close']])
    expect((await run(['move', '--to', 'encrypted-file'])).errors).toContain('No passphrase was given')
  })

  it('asks for no passphrase of a move that has ended, and sends none that is too short', async () => {
    const { calls } = await run(['move', '--resume'], { left: { ...moving, ...moved } })
    expect(calls).toContainEqual(['carryOutMove', { kind: 'resume', passphrase: null }])
    const short = await run(['move', '--to', 'encrypted-file'], { answers: ['short'] })
    expect([short.code, short.calls]).toEqual([64, [['getLock'], ['close']]])
    expect(short.errors).toContain('12 to 1024 characters')
  })

  it('says that it waits for the window, and ends with 77 where the move is not allowed', async () => {
    const message = 'The move was not allowed.'
    const { code, out, errors } = await runFake(['move', '--to', 'keychain'], {
      isReadOnly: async () => false,
      openVault: async () =>
        fakeVault(
          {
            getLock: async () => open,
            carryOutMove: async (_order, { notice }) => {
              notice(ASKED_IN_WINDOW)
              throw new VaultRefusal({ code: 'APPROVAL_DENIED', message })
            }
          },
          []
        )
    })
    expect([code, out]).toEqual([77, ''])
    expect(errors).toBe(`${WAITING}latchkey: ${message} (APPROVAL_DENIED)\n`)
  })

  it('says what stopped a move', async () => {
    const problem = toProblem(new VaultError('STORE_WRITE_FAILED', { message: 'The disk is full.' }))
    const end = { state: { kind: 'failed', problem, canResume: true, canUndo: true } } as const
    const { code, out, errors } = await run(['move', '--to', 'keychain'], { end })
    expect([code, out]).toEqual([70, ''])
    expect(errors).toBe('Copied: 25 of 25\nlatchkey: The disk is full. (STORE_WRITE_FAILED)\n')
  })

  it('asks no vault for a home that can not be written', async () => {
    const { code, errors, calls } = await run(['move', '--undo'], { isReadOnly: true })
    expect([code, calls]).toEqual([64, []])
    expect(errors).toContain('can’t be written')
  })

  it.each([
    [['move'], 'It takes one of --to, --resume and --undo.'],
    [['move', '--to', 'plain-file'], '--to is one of keychain, encrypted-file, sops.'],
    [['move', '--to'], '--to needs a value: STORE.'],
    [['move', '--to', 'sops'], '--to sops needs --age-key-file FILE.'],
    [['move', '--to', 'keychain', '--undo'], 'It takes one of --to, --resume and --undo.'],
    [['move', '--to', 'keychain', '--age-key-file', '/x'], '--age-key-file belongs to --to sops.'],
    [['move', '--to', 'encrypted-file', '--passphrase', PASSPHRASE], 'There is no option of that name.']
  ])('refuses %j and does not repeat it', async (args, sentence) => {
    const { code, calls, errors } = await run(args)
    expect(code).toBe(64)
    expect(calls).toEqual([])
    expect(errors).toBe(`latchkey move: ${sentence} See “latchkey move --help”.\n`)
  })
})
