import { beforeEach, describe, expect, it } from 'vitest'
import type { NamedOrder } from '#shared/broker/named.ts'
import type { CatalogEntry } from '../core/credential-record.ts'
import { TerminalQuestion, type TerminalWish } from '../core/requests/terminal-question.ts'
import { START } from '../core/testing/samples.ts'
import { namedAnswers } from './named-answers.ts'
import type { Caller } from './socket-connection.ts'

const caller = {
  client: { id: 'terminal', name: 'terminal' },
  signal: new AbortController().signal,
  tell: async () => undefined
} as Partial<Caller> as Caller
const group = { view: 'key' } as const
const order: NamedOrder = {
  group,
  name: 'work',
  value: { kind: 'secret', value: 'sk-1', hosts: null },
  replace: true
}

/** What is stored, and what was done. */
let entry: CatalogEntry | null
let steps: string[]
let noted: string[]
let shown: TerminalWish[]
let isAllowed: boolean
/** What happens while the person is asked. */
let duringQuestion: () => void
beforeEach(() => {
  entry = {
    name: 'Provider key',
    ref: { service: 'provider-key', account: 'work' },
    obtainedAt: START
  } as CatalogEntry
  steps = []
  noted = []
  shown = []
  isAllowed = false
  duringQuestion = () => undefined
})

const answers = (hasWindow: boolean) =>
  namedAnswers({
    audit: { note: async (action, { credential }) => void noted.push(`${action} ${credential ?? ''}`) },
    question: hasWindow
      ? new TerminalQuestion(async (wish) => {
          duringQuestion()
          shown.push(wish)
          return isAllowed
        })
      : null,
    named: () => ({
      list: async () => [
        { name: 'a\u001bb', kind: 'none', masked: null, hosts: [], path: null, savedAt: null }
      ],
      entry: async () => entry,
      set: async (name) => void steps.push(`set ${name}`),
      remove: async (name) => steps.push(`remove ${name}`) > 0
    })
  })

describe('a named secret', () => {
  it('is replaced and deleted only after the window has asked', async () => {
    const { setNamed, deleteNamed } = answers(true)
    await expect(setNamed(order, caller)).rejects.toMatchObject({ code: 'APPROVAL_DENIED' })
    await expect(deleteNamed({ group, name: 'work' }, caller)).rejects.toMatchObject({
      code: 'APPROVAL_DENIED'
    })
    expect([steps, noted]).toEqual([[], []])
    isAllowed = true
    await setNamed(order, caller)
    await deleteNamed({ group, name: 'work' }, caller)
    expect(steps).toEqual(['set work', 'remove work'])
    const key = '["provider-key","work"]'
    expect(noted).toEqual([`store ${key}`, `delete ${key}`])
    expect(shown.map(({ kind }) => kind)).toEqual(['replace', 'delete', 'replace', 'delete'])
  })

  it('that was exchanged while the person was asked is neither replaced nor deleted', async () => {
    const { setNamed, deleteNamed } = answers(true)
    isAllowed = true
    let minutes = 0
    duringQuestion = () => {
      minutes += 1
      entry = { ...entry, obtainedAt: new Date(START.getTime() + minutes * 60_000) } as CatalogEntry
    }
    await expect(setNamed(order, caller)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await expect(deleteNamed({ group, name: 'work' }, caller)).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
    expect(steps).toEqual([])
  })

  it('is listed with its name cleaned', async () => {
    expect(await answers(true).listNamed(group)).toMatchObject({ value: [{ name: 'a\ufffdb' }] })
  })

  it('that is new is kept without a question', async () => {
    entry = null
    await answers(true).setNamed({ ...order, replace: false }, caller)
    expect([steps, shown]).toEqual([['set work'], []])
  })

  it('is not replaced where that was not said, and nobody is asked', async () => {
    await expect(answers(true).setNamed({ ...order, replace: false }, caller)).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
    expect([steps, shown]).toEqual([[], []])
  })

  it('without a window is replaced at once: the terminal has asked', async () => {
    await answers(false).setNamed(order, caller)
    expect(steps).toEqual(['set work'])
  })
})
