import { describe, expect, it } from 'vitest'
import type { StoreMove, StoreTarget } from '#shared/stores.ts'
import { runFake } from '../../terminal/cli.testkit.ts'

const PASSPHRASE = 'seven wet otters'

type Given = {
  readonly answers?: readonly string[]
  readonly isInteractive?: boolean
  readonly isLocked?: boolean
  readonly left?: StoreMove | null
}

async function run(args: readonly string[], given: Given = {}) {
  const answers = [...(given.answers ?? [])]
  const calls: unknown[] = []
  const moved = async (what: string, value?: StoreTarget | string | null): Promise<number> => {
    calls.push([what, value])
    return 25
  }
  const ended = await runFake(args, {
    isInteractive: () => given.isInteractive ?? false,
    askSecret: async () => answers.shift() ?? null,
    withStores: (onProgress, task) => {
      onProgress(moving)
      return task({
        isLocked: async () => given.isLocked ?? false,
        unlock: async (passphrase) => void calls.push(['unlock', passphrase]),
        left: () => given.left ?? null,
        move: (target) => moved('move', target),
        resume: (passphrase) => moved('resume', passphrase),
        undo: async () => void calls.push(['undo'])
      })
    }
  })
  return { ...ended, calls }
}

const moving: StoreMove = {
  from: 'keychain',
  to: 'encrypted-file',
  needsPassphrase: true,
  state: { kind: 'running', step: 'copy', done: 25, total: 25 }
}

describe('latchkey move', () => {
  it('moves to each kind of store and says how many', async () => {
    const file = await run(['move', '--to', 'encrypted-file'], { answers: [PASSPHRASE] })
    expect(file).toMatchObject({ code: 0, out: '25 entries moved to encrypted files.\n' })
    expect(file.errors).toBe('Copied: 25 of 25\n')
    expect(file.calls).toEqual([['move', { type: 'encrypted-file', passphrase: PASSPHRASE }]])
    expect((await run(['move', '--to', 'keychain'])).calls).toEqual([['move', { type: 'keychain' }]])
    const sops = await run(['move', '--to', 'sops', '--age-key-file', '/keys.txt'])
    expect(sops.calls).toEqual([['move', { type: 'sops', ageKeyFile: '/keys.txt' }]])
  })

  it('asks twice on a terminal, and moves nothing if the answers differ', async () => {
    const answers = [PASSPHRASE, 'seven dry otters']
    const { code, calls, errors } = await run(['move', '--to', 'encrypted-file'], {
      answers,
      isInteractive: true
    })
    expect(code).toBe(70)
    expect(calls).toEqual([])
    expect(errors).toContain('not the same')
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
      ['unlock', 'old one'],
      ['resume', PASSPHRASE]
    ])
    expect((await run(['move', '--undo'], { left })).calls).toEqual([['undo']])
    expect((await run(['move', '--to', 'encrypted-file'])).errors).toContain('No passphrase was given')
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
