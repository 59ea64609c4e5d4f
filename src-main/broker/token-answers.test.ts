import { expect, it } from 'vitest'
import type { CatalogEntry } from '../core/credential-record.ts'
import { TerminalQuestion, type TerminalWish } from '../core/requests/terminal-question.ts'
import { confirmOver } from './token-answers.ts'

const entry = { name: 'Fo\u202erge', ref: { service: 'forge', account: 'ana' } } as CatalogEntry

/** Asks over a window that answers like this; returns the end, what was shown and what was told. */
async function confirmWith(isAllowed: boolean) {
  const shown: TerminalWish[] = []
  const told: unknown[] = []
  const question = new TerminalQuestion(async (wish) => {
    shown.push(wish)
    return isAllowed
  })
  const caller = {
    signal: new AbortController().signal,
    tell: async (notice: unknown) => void told.push(notice)
  }
  const end = await confirmOver({ question }, caller)('delete', entry).catch((error: unknown) => error)
  return { end, shown, told }
}

it('a window is asked before something of the person is lost, with its name cleaned, and the client is told', async () => {
  const { end, shown, told } = await confirmWith(true)
  expect([end, told]).toEqual([undefined, [{ asks: 'window' }]])
  expect(shown).toEqual([{ kind: 'delete', entry: 'Fo\ufffdrge, ana' }])
})

it('a refusal there says that nothing was deleted', async () => {
  expect((await confirmWith(false)).end).toMatchObject({
    code: 'APPROVAL_DENIED',
    message: 'Deleting it was not allowed in Latchkey’s window. Nothing was deleted.'
  })
})

it('without a window nobody is asked', async () => {
  const caller = { signal: new AbortController().signal, tell: async () => undefined }
  expect(await confirmOver({ question: null }, caller)('replace', entry)).toBeUndefined()
})
