import { describe, expect, it } from 'vitest'
import { problemCatalog, problemCodes, toProblem, VaultError } from '#shared/problem.ts'
import { problemText, todoOf } from './problem-text.ts'

describe('the text of a problem', () => {
  it.each(problemCodes)('%s says once what to do', (code) => {
    const { message } = problemCatalog[code]
    const { title, todo } = problemText[code]
    expect(title).not.toBe('')
    const advice = /[Tt]ry again|[Ss]ign in again|[Uu]nlock|[Cc]heck the|[Ss]tart it|[Uu]pdate/g
    for (const said of message.match(advice) ?? []) {
      expect((todo ?? '').toLowerCase()).not.toContain(said.toLowerCase())
    }
  })

  it('adds no next step to a custom sentence', () => {
    const port = toProblem(new VaultError('INVALID_REQUEST', { message: 'Paste the full address.' }))
    expect(todoOf(port)).toBeNull()
    expect(todoOf(toProblem(new VaultError('INVALID_REQUEST')))).toBe(problemText.INVALID_REQUEST.todo)
  })
})
