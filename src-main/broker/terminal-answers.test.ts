import { afterEach, describe, expect, it } from 'vitest'
import { type MoveOrder, readProgress } from '#shared/broker/terminal-requests.ts'
import { VaultError } from '#shared/problem.ts'
import type { StoreMove, StoreTarget } from '#shared/stores.ts'
import type { ExportOrder } from '../core/transfer/export-service.ts'
import { type ConfirmWish, TerminalQuestion, type TerminalWish } from '../core/requests/terminal-question.ts'
import { moveAnswers } from './move-answers.ts'
import { closeAll, open, vaultWith } from './socket-connection.testkit.ts'
import { socketHandler } from './socket-requests.ts'
import { terminalAnswers } from './terminal-answers.ts'

const PASSPHRASE = 'four words that nobody guesses'
const REFUSED = 'The export was not allowed in Latchkey’s window. No file was made.'
afterEach(closeAll)

const move: StoreMove = {
  from: 'encrypted-file',
  to: 'keychain',
  needsPassphrase: false,
  state: { kind: 'done', moved: 1 }
}

type Dialog = {
  readonly wish: TerminalWish
  readonly stop: Parameters<ConfirmWish>[1]
  readonly press: (answer: boolean) => void
}

/** A vault whose person answers each dialog by `press`. Without windows nobody is asked. */
async function world({ hasWindow = true, isTaken = false, isLogWhole = true, steps = 0 } = {}) {
  const dialogs: Dialog[] = []
  const exported: ExportOrder[] = []
  const confirm: ConfirmWish = (wish, stop) =>
    new Promise((press) => void dialogs.push({ wish, stop, press }))
  const transfer = {
    checkNew: () => {
      if (isTaken) throw new VaultError('INVALID_REQUEST', { message: 'This file already exists.' })
    },
    exportToNew: async (order: ExportOrder) => {
      exported.push(order)
      for (let done = 0; done < steps; done += 1) order.onStep?.(done, steps)
      return { path: order.path, exported: 1, missing: [] }
    },
    readFile: () => Promise.reject(new Error('no file is read')),
    imports: {
      preview: () => Promise.reject(new Error('nothing is imported')),
      open: () => Promise.reject(new Error('nothing is imported')),
      run: () => Promise.reject(new Error('nothing is imported')),
      cancel: () => undefined
    }
  }
  const moved: unknown[] = []
  const moves = {
    move,
    begin: async (target: StoreTarget) => (moved.push(target), move),
    resume: async (passphrase: string | null) => (moved.push(passphrase), move),
    idle: async () => undefined
  }
  const question = hasWindow ? new TerminalQuestion(confirm) : null
  const noted: string[] = []
  const audit = {
    note: async (action: string, { client = '' }: { readonly client?: string }) => {
      if (!isLogWhole) throw new VaultError('STORE_WRITE_FAILED')
      noted.push(`${action} by ${client}`)
    }
  }
  const uses = {
    ...terminalAnswers({ audit, question, transfer }),
    ...moveAnswers({ question, moves, onMove: () => () => undefined })
  }
  const vault = await vaultWith(socketHandler({ handlers: {}, uses }))
  /** Asks as a terminal. `asked` resolves when the vault says that its window asks. */
  const ask = async (request: string, argument: object) => {
    const terminal = await open(vault.path, 'terminal')
    const told = Promise.withResolvers<unknown>()
    const notices: unknown[] = []
    const onNotice = (notice: unknown): void => {
      notices.push(notice)
      told.resolve(notice)
    }
    const ended = terminal.stream(request, [argument], { onNotice }).then(
      ({ value }) => value,
      (error: { readonly problem: object }) => error.problem
    )
    return { terminal, ended, notices, asked: told.promise }
  }
  const begin = (path = '/all.age') => ask('exportTo', { path, passphrase: PASSPHRASE })
  const beginMove = (order: MoveOrder) => ask('carryOutMove', order)
  return { ...vault, dialogs, exported, moved, noted, begin, beginMove }
}

describe('an export that a terminal has made', () => {
  it('has a row in the log', async () => {
    const { begin, noted } = await world({ hasWindow: false })
    await (
      await begin()
    ).ended
    expect(noted).toEqual(['export by terminal'])
  })

  it.each([
    [5000, 99, { progress: { done: 4950, total: 5000 } }],
    [3, 2, { progress: { done: 2, total: 3 } }]
  ])('tells how far it is, at most once for each hundredth: %i entries', async (steps, most, last) => {
    const { begin } = await world({ hasWindow: false, steps })
    const { ended, notices } = await begin()
    await ended
    expect(notices).toHaveLength(most)
    expect(notices.at(-1)).toEqual(last)
    expect(readProgress(last)).toEqual(last.progress)
  })

  it('is made all the same where the log can not be written', async () => {
    const { begin, exported } = await world({ hasWindow: false, isLogWhole: false })
    expect(await (await begin()).ended).toMatchObject({ exported: 1 })
    expect(exported).toHaveLength(1)
  })

  it('has no row if the person refuses it', async () => {
    const { begin, dialogs, noted } = await world()
    const { asked, ended } = await begin()
    await asked
    dialogs[0]?.press(false)
    await ended
    expect(noted).toEqual([])
  })
})

describe('an export that a terminal asks for while a window is there', () => {
  it('is begun when the person has allowed it, and not before', async () => {
    const { begin, dialogs, exported } = await world()
    const { asked, ended } = await begin()
    await asked
    expect([dialogs.length, exported]).toEqual([1, []])
    dialogs[0]?.press(true)
    expect(await ended).toMatchObject({ path: '/all.age', exported: 1 })
    expect(exported).toHaveLength(1)
  })

  it('is denied when the person refuses it, and asks again the next time', async () => {
    const { begin, dialogs, exported } = await world()
    for (const index of [0, 1]) {
      const { asked, ended } = await begin()
      await asked
      dialogs[index]?.press(false)
      expect(await ended).toMatchObject({ code: 'APPROVAL_DENIED', message: REFUSED })
    }
    expect(exported).toEqual([])
  })

  it('is withdrawn with its cancel: the dialog is told, and a late answer does nothing', async () => {
    const { begin, dialogs, exported } = await world()
    const { asked, ended, terminal } = await begin()
    await asked
    await terminal.cancel()
    expect(await ended).toMatchObject({ code: 'INVALID_REQUEST', message: 'The request was cancelled.' })
    expect(dialogs[0]?.stop.aborted).toBe(true)
    dialogs[0]?.press(true)
    const next = await begin()
    await next.asked
    dialogs[1]?.press(false)
    await next.ended
    expect(exported).toEqual([])
  })

  it('is withdrawn with the end of its connection', async () => {
    const { begin, dialogs, exported, over } = await world()
    const { asked, ended, terminal } = await begin()
    await asked
    terminal.destroy()
    expect(await ended).toMatchObject({ code: 'BROKER_UNREACHABLE' })
    await over[0]
    dialogs[0]?.press(true)
    const next = await begin()
    await next.asked
    expect([dialogs[0]?.stop.aborted, exported]).toEqual([true, []])
  })

  it('is refused while another one is asked about, also one whose dialog the system can not close', async () => {
    const { begin, dialogs } = await world()
    const first = await begin()
    await first.asked
    const another = { code: 'APPROVAL_DENIED', message: expect.stringContaining('another command already') }
    expect(await (await begin()).ended).toMatchObject(another)
    await first.terminal.cancel()
    await first.ended
    expect(await (await begin()).ended).toMatchObject(another)
    expect(dialogs).toHaveLength(1)
  })

  it('shows the full path, without what can not be seen', async () => {
    const { begin, dialogs } = await world()
    const { asked } = await begin('/tmp/a\n\u202Ega.all')
    await asked
    expect(dialogs[0]?.wish).toEqual({ kind: 'export', path: '/tmp/a\uFFFD\uFFFDga.all' })
  })

  it('is not asked about where a file is already', async () => {
    const { begin, dialogs } = await world({ isTaken: true })
    expect(await (await begin()).ended).toMatchObject({ code: 'INVALID_REQUEST' })
    expect(dialogs).toEqual([])
  })
})

it('an export of a vault without windows begins at once', async () => {
  const { begin, exported } = await world({ hasWindow: false })
  expect(await (await begin()).ended).toMatchObject({ exported: 1 })
  expect(exported).toHaveLength(1)
})

describe('a move that a terminal asks for', () => {
  const toKeychain = { kind: 'to', target: { type: 'keychain' } } as const

  it('is begun when the person has allowed it, and not before', async () => {
    const { beginMove, dialogs, moved } = await world()
    const { asked, ended } = await beginMove(toKeychain)
    await asked
    expect([dialogs[0]?.wish, moved]).toEqual([{ kind: 'move', to: 'keychain', path: null }, []])
    dialogs[0]?.press(true)
    expect(await ended).toEqual(move)
    expect(moved).toEqual([toKeychain.target])
  })

  it('is denied when the person refuses it, and the file of its key is shown', async () => {
    const { beginMove, dialogs, moved } = await world()
    const target = { type: 'sops', ageKeyFile: '/keys\u0007.txt' } as const
    const { asked, ended } = await beginMove({ kind: 'to', target })
    await asked
    expect(dialogs[0]?.wish).toEqual({ kind: 'move', to: 'sops', path: '/keys\uFFFD.txt' })
    dialogs[0]?.press(false)
    expect(await ended).toMatchObject({
      code: 'APPROVAL_DENIED',
      message: 'The move was not allowed in Latchkey’s window. Nothing was moved.'
    })
    expect(moved).toEqual([])
  })

  it('shows no passphrase to the dialog', async () => {
    const { beginMove, dialogs } = await world()
    const target = { type: 'encrypted-file', passphrase: PASSPHRASE } as const
    await (
      await beginMove({ kind: 'to', target })
    ).asked
    expect(dialogs[0]?.wish).toEqual({ kind: 'move', to: 'encrypted-file', path: null })
  })

  it('is not asked about where it was left half done, or without windows', async () => {
    const { beginMove, dialogs, moved } = await world()
    expect(await (await beginMove({ kind: 'resume', passphrase: null })).ended).toEqual(move)
    expect([dialogs, moved]).toEqual([[], [null]])
    await closeAll()
    const alone = await world({ hasWindow: false })
    expect(await (await alone.beginMove(toKeychain)).ended).toEqual(move)
  })
})
