import { afterEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { ExportOrder } from '../core/transfer/export-service.ts'
import { type ConfirmWish, TerminalQuestion } from '../core/requests/terminal-question.ts'
import { closeAll, open, vaultWith } from './socket-connection.testkit.ts'
import { socketHandler } from './socket-requests.ts'
import { terminalAnswers } from './terminal-answers.ts'

const PASSPHRASE = 'four words that nobody guesses'
const REFUSED = 'The export was not allowed in Latchkey’s window. No file was made.'
afterEach(closeAll)

type Dialog = {
  readonly path: string
  readonly stop: Parameters<ConfirmWish>[1]
  readonly press: (answer: boolean) => void
}

/** A vault whose person answers each dialog by `press`. Without windows nobody is asked. */
async function world({ hasWindow = true, isTaken = false } = {}) {
  const dialogs: Dialog[] = []
  const exported: ExportOrder[] = []
  const confirm: ConfirmWish = ({ path }, stop) =>
    new Promise((press) => void dialogs.push({ path, stop, press }))
  const transfer = {
    checkNew: () => {
      if (isTaken) throw new VaultError('INVALID_REQUEST', { message: 'This file already exists.' })
    },
    exportToNew: async (order: ExportOrder) => {
      exported.push(order)
      return { path: order.path, exported: 1, missing: [] }
    },
    readFile: () => Promise.reject(new Error('no file is read')),
    imports: {
      preview: () => Promise.reject(new Error('nothing is imported')),
      run: () => Promise.reject(new Error('nothing is imported')),
      cancel: () => undefined
    }
  }
  const uses = terminalAnswers({ question: hasWindow ? new TerminalQuestion(confirm) : null, transfer })
  const vault = await vaultWith(socketHandler({ handlers: {}, uses }))
  /** Asks as a terminal. `asked` resolves when the vault says that its window asks. */
  const begin = async (path = '/all.age') => {
    const terminal = await open(vault.path, 'terminal')
    const told = Promise.withResolvers<unknown>()
    const args = [{ path, passphrase: PASSPHRASE }]
    const ended = terminal.stream('exportTo', args, { onNotice: told.resolve }).then(
      ({ value }) => value,
      (error: { readonly problem: object }) => error.problem
    )
    return { terminal, ended, asked: told.promise }
  }
  return { ...vault, dialogs, exported, begin }
}

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

  it('is denied when the person refuses it, and asks anew the next time', async () => {
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

  it('shows the whole path, without what can not be seen', async () => {
    const { begin, dialogs } = await world()
    const { asked } = await begin('/tmp/a\n\u202Ega.all')
    await asked
    expect(dialogs[0]?.path).toBe('/tmp/a\uFFFD\uFFFDga.all')
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
