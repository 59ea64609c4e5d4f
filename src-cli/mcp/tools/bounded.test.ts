import { assert, integer, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutText, MOST_TEXT, readBody } from './bounded.ts'

async function* pieces(...all: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const each of all) yield Buffer.from(each)
}

describe('a text that is cut', () => {
  it('is a beginning that fits as JSON and is as long as it can be', () => {
    assert(
      property(string({ unit: 'binary' }), integer({ min: 2, max: 60 }), (text, most) => {
        const cut = cutText(text, most)
        expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThanOrEqual(most)
        expect(text.startsWith(cut)).toBe(true)
        if (Buffer.byteLength(JSON.stringify(text)) <= most) expect(cut).toBe(text)
      })
    )
  })

  it('does not cut a character in two', () => {
    expect(cutText('ab😀', 7)).toBe('ab')
  })
})

describe('a body that is read', () => {
  it('is text where it is UTF-8, also in pieces', async () => {
    const euro = Buffer.from('€')
    const body = await readBody(pieces('a', euro.subarray(0, 1), euro.subarray(1)))
    expect(body).toEqual({ body: 'a€', encoding: 'text', isCut: false })
  })

  it('is base64 where it is not', async () => {
    const body = await readBody(pieces(Uint8Array.of(0xff, 0xfe, 0)))
    expect(body).toEqual({ body: '//4A', encoding: 'base64', isCut: false })
  })

  it('is nothing where there is none', async () => {
    expect(await readBody(null)).toEqual({ body: '', encoding: 'text', isCut: false })
  })

  it.each([
    ['text', 'x'.repeat(1024)],
    ['text that grows as JSON', '"\n\u0001'.repeat(400)],
    ['half a character at the cut', '€'.repeat(341)],
    ['bytes', Uint8Array.of(0xff, ...new Uint8Array(1023))]
  ])('is cut where it is too long: %s', async (_, piece) => {
    let read = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read += 1
        yield Buffer.from(piece)
      }
    }
    const { body, isCut } = await readBody(endless())
    expect(isCut).toBe(true)
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(MOST_TEXT + 2)
    expect(body.length).toBeGreaterThan(1000)
    expect(read).toBeLessThan(40)
  })
})
