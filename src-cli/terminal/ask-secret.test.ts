import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { asyncProperty, array, assert, constantFrom, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { secretAsker } from './ask-secret.ts'
import { Interrupted } from './command.ts'

type Asked = Parameters<typeof secretAsker>[0]

function terminal() {
  const written: string[] = []
  const raw: boolean[] = []
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (mode: boolean) => void raw.push(mode)
  })
  const ask = secretAsker(input as unknown as Asked, (text) => void written.push(text))
  return { ask, input, written, raw }
}

function pipe() {
  const input = new PassThrough()
  const ask = secretAsker(input as unknown as Asked, () => {
    throw new Error('a pipe gets no question')
  })
  return { ask, input }
}

/** Returns the answer to keys that come all at once. */
async function typed(keys: string | Buffer): Promise<string | null> {
  const { ask, input } = terminal()
  input.write(keys)
  return await ask('?')
}

describe('a secret from a pipe', () => {
  it('is one line for each question, and null at its end', async () => {
    const { ask, input } = pipe()
    input.write('first\r\nsec')
    expect(await ask('?')).toBe('first')
    input.end('ond')
    expect(await ask('?')).toBe('second')
    expect(await ask('?')).toBeNull()
  })

  it('is null for a question that is asked after its end', { timeout: 5000 }, async () => {
    const { ask, input } = pipe()
    input.end('only\n')
    expect(await ask('?')).toBe('only')
    // The pipe ends here, between two questions.
    await setImmediate()
    await setImmediate()
    expect(await ask('?')).toBeNull()
  })

  it('is whole even if a character comes in pieces', async () => {
    const { ask, input } = pipe()
    const bytes = Buffer.from('pä🦊\n')
    for (const byte of bytes) input.write(Buffer.of(byte))
    expect(await ask('?')).toBe('pä🦊')
  })

  it.each([
    ['that are not UTF-8', Buffer.from([0x70, 0xff, 0x0a]), 'UTF-8'],
    ['that end within a character', Buffer.from([0x70, 0xc3]), 'UTF-8'],
    ['beyond 4096', Buffer.from(`${'x'.repeat(4097)}\n`), '4096'],
    ['without a line end', Buffer.from('x'.repeat(5000)), '4096']
  ])('of bytes %s is refused', async (_what, bytes, word) => {
    const { ask, input } = pipe()
    input.end(bytes)
    await expect(ask('?')).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining(word)
    })
  })
})

describe('a secret that is typed', () => {
  it('is shown nowhere, understands backspace, and is given up at Ctrl-D', async () => {
    const { ask, input, written, raw } = terminal()
    const first = ask('Secret: ')
    input.write('abX\u007fc\r')
    expect(await first).toBe('abc')
    const second = ask('Again: ')
    input.write('abc\u0004')
    expect(await second).toBeNull()
    expect(written).toEqual(['Secret: ', '\n', 'Again: ', '\n'])
    expect(raw).toEqual([true, false, true, false])
  })

  it('is interrupted by Ctrl-C, and the next question begins again', async () => {
    const { ask, input, raw } = terminal()
    const first = ask('Secret: ')
    input.write('abc\u0003')
    await expect(first).rejects.toBeInstanceOf(Interrupted)
    const second = ask('Again: ')
    input.write('de\r')
    expect(await second).toBe('de')
    expect(raw).toEqual([true, false, true, false])
  })

  it('is not shown either where it is typed as soon as the question is seen', async () => {
    const order: string[] = []
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (mode: boolean) => order.push(mode ? 'hidden' : 'shown')
    })
    const answer = secretAsker(input as unknown as Asked, (text) => void order.push(text))('Secret: ')
    input.write('a\r')
    expect([await answer, order]).toEqual(['a', ['hidden', 'Secret: ', 'shown', '\n']])
  })

  it.each([
    ['a letter of two characters is erased whole', 'ae\u0301\u007fb\r', 'ab'],
    ['a picture of several characters is erased whole', 'a👩‍👧\u007fb\r', 'ab'],
    ['Ctrl-U erases the line', 'abc\u0015de\r', 'de'],
    ['Ctrl-W erases a word', 'one two\u0017three\r', 'one three'],
    ['pasted text is taken out of its marks', '\u001b[200~pasted words\u001b[201~\r', 'pasted words'],
    ['a paste between keys', 'a\u001b[200~b\u001b[201~c\r', 'abc']
  ])('%s', async (_what, keys, answer) => {
    expect(await typed(keys)).toBe(answer)
  })

  it('is taken out of its paste marks even if they come in pieces', async () => {
    const { ask, input } = terminal()
    const answer = ask('?')
    for (const key of '\u001b[200~ab\u001b[201~\r') input.write(key)
    expect(await answer).toBe('ab')
  })

  it('takes the two characters of a line end as one, even if they come apart', async () => {
    const { ask, input } = terminal()
    input.write('first\r')
    expect(await ask('?')).toBe('first')
    input.write('\nsecond\r')
    expect(await ask('?')).toBe('second')
  })

  it.each([
    ['erases', '\u007f'.repeat(4000)],
    ['erases of a word', '\u0017']
  ])('of four thousand characters is taken back by %s', async (_what, keys) => {
    expect(await typed(`${'x'.repeat(4000)}${keys}kept\r`)).toBe('kept')
  })

  it('keeps what follows a pasted line end for the next question', async () => {
    const { ask, input } = terminal()
    input.write('\u001b[200~first\r\nsecond\r\u001b[201~')
    expect(await ask('?')).toBe('first')
    expect(await ask('?')).toBe('second')
  })

  it.each([
    ['an arrow', 'abc\u001b[D'],
    ['a function key', 'abc\u001bOP'],
    ['Alt and a letter', 'abc\u001bx'],
    ['a tab', 'abc\t'],
    ['a control character of the second set', 'abc\u009b'],
    ['a byte that is not UTF-8', Buffer.from([0x61, 0xff])],
    ['more than 4096 characters', 'x'.repeat(4097)]
  ])('is refused with %s, and the next question begins again', async (_what, keys) => {
    const { ask, input } = terminal()
    input.write(keys)
    await expect(ask('?')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    input.write('good\r')
    expect(await ask('?')).toBe('good')
  })

  it('is answered, given up or refused for every input', async () => {
    const keys = array(
      constantFrom('a', 'é', '\u001b[200~', '\u001b[201~', '\u007f', '\u0017', '\u001b', '\n')
    )
    await assert(
      asyncProperty(keys, uint8Array({ maxLength: 4 }), async (list, bytes) => {
        const { ask, input } = terminal()
        input.end(Buffer.concat([Buffer.from(list.join('')), bytes]))
        const answer = await ask('?').catch((error: unknown) =>
          error instanceof Interrupted ? 'interrupted' : (error as { readonly code: string }).code
        )
        expect(answer === null || typeof answer === 'string').toBe(true)
      })
    )
  })
})
