import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { askForFile, type WhileOpen } from './file-dialog.ts'

const asIs: WhileOpen = (task) => task()

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A dialog that is closed after this many milliseconds. */
function closedAfter(ms: number): () => Promise<{ canceled: true }> {
  return () => new Promise((resolve) => setTimeout(() => resolve({ canceled: true }), ms))
}

async function outcome(work: Promise<unknown>): Promise<unknown> {
  const settled = work.catch((error: unknown) => error)
  await vi.runAllTimersAsync()
  return await settled
}

describe('a dialog for a file', () => {
  it('that ends before it can have been seen is reported', async () => {
    for (const ms of [0, 3, 50, 199]) {
      const error = await outcome(askForFile(asIs, closedAfter(ms)))
      expect(error).toBeInstanceOf(VaultError)
      expect(error).toMatchObject({ code: 'DIALOG_NOT_SHOWN', retryable: true })
    }
  })

  it('that a person closes is no problem', async () => {
    expect(await outcome(askForFile(asIs, closedAfter(200)))).toEqual({ canceled: true })
  })

  it('that answers with a file is believed however fast it is', async () => {
    const answer = { canceled: false, filePath: '/home/ana/all.age' }
    expect(await outcome(askForFile(asIs, async () => answer))).toEqual(answer)
  })

  it('is shown while the process is open', async () => {
    const seen: string[] = []
    const whileOpen: WhileOpen = async (task) => {
      seen.push('open')
      return await task().finally(() => seen.push('closed'))
    }
    await outcome(askForFile(whileOpen, async () => (seen.push('shown'), { canceled: false })))
    expect(seen).toEqual(['open', 'shown', 'closed'])
  })
})
