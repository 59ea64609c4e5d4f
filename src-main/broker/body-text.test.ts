import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { bodyText } from './body-text.ts'

const MIB = 1024 * 1024

describe('the text of a body', () => {
  it('is decoded as text across all cuts', async () => {
    const bytes = Buffer.from('\uFEFFKEY=größe\n')
    const chunks = Array.from(bytes, (byte) => Buffer.from([byte]))
    expect(await bodyText(Readable.from(chunks))).toBe('KEY=größe\n')
    expect(await bodyText(Readable.from([]))).toBe('')
  })

  it.each([
    ['not UTF-8', [Buffer.from([0x4b, 0xff])], 'UTF-8'],
    ['cut off within a character', [Buffer.from([0x4b, 0xc3])], 'UTF-8'],
    ['longer than 16 MiB', Array.from({ length: 17 }, () => Buffer.alloc(MIB, 97)), '16 MiB']
  ])('is refused when it is %s', async (_name, chunks, words) => {
    await expect(bodyText(Readable.from(chunks))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining(words)
    })
  })
})
