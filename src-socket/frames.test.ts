import { describe, expect, it } from 'vitest'
import { type Frame, frameHead, FrameReader, LARGEST_PAYLOAD, messageFrame } from './frames.ts'

const whole = (kind: Frame['kind'], payload: Uint8Array = Buffer.alloc(0)): Buffer =>
  Buffer.concat([frameHead(kind, payload.length), payload])

const text = Buffer.from('a body with ümlauts')
const frames: readonly Frame[] = [
  { kind: 'message', value: { request: 'status', args: ['é', 1, null, [true]] } },
  { kind: 'data', bytes: text },
  { kind: 'data', bytes: Buffer.alloc(0) },
  { kind: 'end' },
  { kind: 'cancel' },
  { kind: 'message', value: null }
]
const stream = Buffer.concat([
  messageFrame({ request: 'status', args: ['é', 1, null, [true]] }),
  whole('data', text),
  whole('data'),
  whole('end'),
  whole('cancel'),
  messageFrame(null)
])

/** A frame with any length and kind in its head. */
function raw(length: number, kind: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(length, 0)
  head.writeUInt8(kind, 4)
  return Buffer.concat([head, payload])
}

describe('a stream of frames', () => {
  it('gives the same frames wherever it is split in three', () => {
    for (let one = 0; one <= stream.length; one += 1) {
      for (let two = one; two <= stream.length; two += 1) {
        const reader = new FrameReader()
        const pieces = [stream.subarray(0, one), stream.subarray(one, two), stream.subarray(two)]
        expect(pieces.flatMap((piece) => reader.push(piece))).toEqual(frames)
      }
    }
  })

  it('gives the same frames byte by byte', () => {
    const reader = new FrameReader()
    const got = Array.from(stream, (byte) => reader.push(Buffer.of(byte))).flat()
    expect(got).toEqual(frames)
    expect(reader.isWithinFrame).toBe(false)
  })

  it('has no frame and is within one until the last byte of it has come', () => {
    const reader = new FrameReader()
    const frame = messageFrame({ a: 1 })
    expect(reader.push(frame.subarray(0, -1))).toEqual([])
    expect(reader.isWithinFrame).toBe(true)
    expect(reader.push(frame.subarray(-1))).toHaveLength(1)
    expect(reader.isWithinFrame).toBe(false)
  })

  it('takes a payload of the largest size', () => {
    const payload = Buffer.alloc(LARGEST_PAYLOAD, 'x')
    const [frame] = new FrameReader().push(whole('data', payload))
    expect(frame?.kind === 'data' && frame.bytes.equals(payload)).toBe(true)
  })

  it('keeps a name such as __proto__ a plain field', () => {
    const [frame] = new FrameReader().push(whole('message', Buffer.from('{"__proto__":{"ok":true}}')))
    expect(frame?.kind === 'message' && (frame.value as { ok?: unknown }).ok).toBeUndefined()
  })
})

describe('a broken frame', () => {
  it.each([
    ['a length of zero', raw(0, 0)],
    ['a length of one byte too many', raw(LARGEST_PAYLOAD + 2, 1)],
    ['the largest number as length', raw(0xff_ff_ff_ff, 1)],
    ['the first unused kind', raw(1, 4)],
    ['the last unused kind', raw(1, 255)],
    ['a payload in an end', raw(2, 2, Buffer.of(0))],
    ['a payload in a cancel', raw(2, 3, Buffer.of(0))],
    ['a message without a value', whole('message')],
    ['a message that is cut', whole('message', Buffer.from('{"a":'))],
    ['a message with more than one value', whole('message', Buffer.from('1 2'))],
    ['a message with a byte that is no UTF-8', whole('message', Buffer.from([0x22, 0xff, 0x22]))],
    ['a message with half a sign of UTF-8', whole('message', Buffer.from([0x22, 0xc3, 0x22]))],
    ['a message with a surrogate in UTF-8', whole('message', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))]
  ])('with %s is refused', (_name, bytes) => {
    expect(() => new FrameReader().push(bytes)).toThrow(/^A (?:frame|message) /)
    const slow = new FrameReader()
    expect(() => Array.from(bytes, (byte) => slow.push(Buffer.of(byte)))).toThrow(/^A (?:frame|message) /)
  })

  it('is refused by its head, before its payload has come', () => {
    expect(() => new FrameReader().push(raw(LARGEST_PAYLOAD + 2, 1))).toThrow('A frame has a wrong length.')
    expect(() => new FrameReader().push(raw(100, 9))).toThrow('A frame is of an unknown kind.')
  })

  it('is described without a word of what it holds', () => {
    const secret = Buffer.from('{"token":"sk-live-0123456789"')
    expect(() => new FrameReader().push(whole('message', secret))).toThrow(/^A message is not JSON\.$/)
  })
})

describe('a message that is sent', () => {
  it('may fill a frame to its limit', () => {
    expect(messageFrame('x'.repeat(LARGEST_PAYLOAD - 2))).toHaveLength(LARGEST_PAYLOAD + 5)
  })

  it('is refused if it does not fit into a frame', () => {
    expect(() => messageFrame('x'.repeat(LARGEST_PAYLOAD - 1))).toThrow(
      'A message is too long for one frame.'
    )
  })
})
