import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { sampleAnswer } from '../testing/use-world.ts'
import { allowedWorld, bodyOf } from '../testing/allowed-world.ts'

const problem = (code: string): unknown => expect.objectContaining({ code })

describe('the outcome of a use', () => {
  it('is followed by a row of its own where the answer shows what looks like another credential', async () => {
    const { use, state, rows } = await allowedWorld()
    state.answers.push(sampleAnswer({ status: 201, showsSecret: () => true }))
    await bodyOf(await use())
    expect(rows.map(({ kind, action, of }) => [kind, action, of])).toEqual([
      ['intent', 'use', null],
      ['outcome', 'use', 1],
      ['event', 'new-credential', null]
    ])
    expect(rows[2]).toMatchObject({ path: '/v1/items', status: 201, code: null, bytes: null })
  })

  it('names the code where the answer is cut off, and the bytes that came', async () => {
    const { use, state, rows } = await allowedWorld()
    state.answers.push(sampleAnswer({ fault: new VaultError('PROVIDER_UNREACHABLE') }))
    await expect(bodyOf(await use())).rejects.toThrow(problem('PROVIDER_UNREACHABLE'))
    expect(rows[1]).toMatchObject({ kind: 'outcome', status: 200, bytes: 9, code: 'PROVIDER_UNREACHABLE' })
  })

  it('names the code where there is no answer', async () => {
    const { use, state, rows } = await allowedWorld()
    state.answers.push(new VaultError('CERTIFICATE_REFUSED'))
    await expect(use()).rejects.toThrow(problem('CERTIFICATE_REFUSED'))
    expect(rows[1]).toMatchObject({ kind: 'outcome', of: 1, status: null, code: 'CERTIFICATE_REFUSED' })
  })

  it('says that the reader stopped in the middle', async () => {
    const { use, rows } = await allowedWorld()
    expect(await bodyOf(await use(), () => false)).toBe('first')
    expect(rows[1]).toMatchObject({ kind: 'outcome', status: 200, bytes: 5, code: 'NOT_READ' })
  })

  it('is written once where a client cancels while it reads', async () => {
    const { use, state, stop, rows } = await allowedWorld()
    state.answers.push(sampleAnswer({ fault: new VaultError('INVALID_REQUEST') }))
    const outcome = await use()
    const cancel = (): boolean => {
      stop.abort()
      return true
    }
    await expect(bodyOf(outcome, cancel)).rejects.toThrow(problem('INVALID_REQUEST'))
    expect(rows.slice(1)).toMatchObject([{ kind: 'outcome', bytes: 9, code: 'INVALID_REQUEST' }])
  })

  it('is written where the client goes before it has begun to read', async () => {
    const { use, stop, rows } = await allowedWorld()
    const outcome = await use()
    expect(rows).toHaveLength(1)
    stop.abort()
    await bodyOf(outcome)
    expect(rows.slice(1)).toMatchObject([{ kind: 'outcome', of: 1, status: 200, bytes: 0, code: 'NOT_READ' }])
  })

  it('leaves the answer as it is where the row can not be written', async () => {
    const { use, state } = await allowedWorld()
    const outcome = await use()
    state.isAuditFull = true
    expect(await bodyOf(outcome)).toBe('firstlast')
  })
})
