import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SecretClipboard } from './secret-clipboard.ts'

const KEY = 'AGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'

/** A clipboard and a file that outlive the process. */
function world() {
  const state: { text: string; file: string | null; fails: boolean } = { text: '', file: null, fails: false }
  const start = (): SecretClipboard =>
    new SecretClipboard({
      clipboard: {
        write: async (text) => void (state.text = text),
        read: async () => {
          if (state.fails) throw new Error('No clipboard.')
          return state.text
        },
        clear: () => void (state.text = '')
      },
      note: {
        read: async () => state.file,
        write: async (text) => void (state.file = text),
        remove: async () => void (state.file = null)
      }
    })
  return { state, start }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a secret in the clipboard', () => {
  it('stays for 30 seconds', async () => {
    const { state, start } = world()
    await start().copy(KEY)
    await vi.advanceTimersByTimeAsync(29_000)
    expect(state.text).toBe(KEY)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(state).toMatchObject({ text: '', file: null })
  })

  it('goes when it is asked to, at a lock or an end', async () => {
    const { state, start } = world()
    const clipboard = start()
    await clipboard.copy(KEY)
    await clipboard.clear()
    expect(state).toMatchObject({ text: '', file: null })
  })

  it('goes at the next start after a crash, by a mark that does not hold it', async () => {
    const { state, start } = world()
    await start().copy(KEY)
    expect(state.file).not.toContain(KEY.slice(16, 28))
    await start().clearAfterCrash()
    expect(state).toMatchObject({ text: '', file: null })
  })

  it.each(['clear', 'clearAfterCrash'] as const)('leaves what was copied since: %s', async (how) => {
    const { state, start } = world()
    const clipboard = start()
    await clipboard.copy(KEY)
    state.text = 'something else'
    await (how === 'clear' ? clipboard : start())[how]()
    expect(state).toMatchObject({ text: 'something else', file: null })
  })

  it('is looked for again when the clipboard can not be read', async () => {
    const { state, start } = world()
    const clipboard = start()
    await clipboard.copy(KEY)
    state.fails = true
    await clipboard.clear()
    state.fails = false
    await start().clearAfterCrash()
    expect(state).toMatchObject({ text: '', file: null })
  })

  it.each(['', '{', '{"salt":"x","mark":"y"}', '[]'])(
    'is nothing where the file is broken: %s',
    async (file) => {
      const { state, start } = world()
      Object.assign(state, { text: 'of the person', file })
      await start().clearAfterCrash()
      expect(state).toMatchObject({ text: 'of the person', file: null })
    }
  )
})
