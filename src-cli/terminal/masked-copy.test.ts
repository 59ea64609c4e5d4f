import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { assert, asyncProperty, constantFrom, array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskedCopy } from './masked-copy.ts'

const VALUE = 'sk_live_zürich&7'
const MARK = '[redacted by latchkey]'

/** What comes through, if the bytes come in these pieces. */
async function copied(pieces: readonly Uint8Array[], values: readonly string[] = [VALUE]): Promise<Buffer> {
  const to = new PassThrough()
  const all = buffer(to)
  await maskedCopy(Readable.from(pieces.map((piece) => Buffer.from(piece))), to, values)
  to.end()
  return await all
}

const textOf = async (text: string, values?: readonly string[]): Promise<string> =>
  (await copied([Buffer.from(text)], values)).toString()

describe('a copy of the output of a program', () => {
  it('has a mark in the place of every value', async () => {
    expect(await textOf(`a ${VALUE} b ${VALUE}${VALUE}\n`)).toBe(`a ${MARK} b ${MARK}${MARK}\n`)
  })

  it('has the mark wherever the value is split, also within a character', async () => {
    const bytes = Buffer.from(`key: ${VALUE};`)
    for (let at = 0; at <= bytes.length; at += 1) {
      const copy = await copied([bytes.subarray(0, at), bytes.subarray(at)])
      expect([at, copy.toString()]).toEqual([at, `key: ${MARK};`])
    }
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
    expect((await copied(single)).toString()).toBe(`key: ${MARK};`)
  })

  it('leaves every other byte as it is, also those that are no text', async () => {
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, at) => at & 0xff))
    expect(await copied([bytes.subarray(0, 200), bytes.subarray(200)])).toEqual(bytes)
  })

  it('has one mark for values that overlap, and for a value that begins as another', async () => {
    expect(await textOf('<left-middle-right>', ['left-middle', 'middle-right'])).toBe(`<${MARK}>`)
    const split = ['<abcdefgh', 'ijkl>'].map((piece) => Buffer.from(piece))
    expect((await copied(split, ['abcdefgh', 'abcdefghijkl'])).toString()).toBe(`<${MARK}>`)
  })

  it('leaves a value of fewer than eight characters as it is', async () => {
    expect(await textOf('1234567 12345678', ['1234567', '12345678'])).toBe(`1234567 ${MARK}`)
  })

  it('passes on at once what is no beginning of a value, and holds back what may be one', async () => {
    const [from, to] = [new PassThrough(), new PassThrough()]
    const done = maskedCopy(from, to, [VALUE])
    from.write('prompt> sk_')
    const [first] = (await to.take(1).toArray()) as Buffer[]
    expect(first?.toString()).toBe('prompt> ')
    from.end()
    await done
  })

  it('brings the beginning of a value at the end of the output', async () => {
    expect(await textOf(`x ${VALUE.slice(0, -1)}`)).toBe(`x ${VALUE.slice(0, -1)}`)
  })

  it('is the same however the output is split', async () => {
    const values = ['abababab', 'babababa', 'aabbaabb']
    await assert(
      asyncProperty(array(constantFrom('a', 'b', 'ab', 'abab', '-'), { maxLength: 30 }), async (pieces) => {
        const whole = await textOf(pieces.join(''), values)
        const split = await copied(
          pieces.map((piece) => Buffer.from(piece)),
          values
        )
        expect(split.toString()).toBe(whole)
        for (const value of values) expect(whole).not.toContain(value)
      })
    )
  })
})
