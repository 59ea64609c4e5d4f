import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { trials } from '../../../test/unit/grammars/trials.ts'
import { Secret } from '../../core/secret.ts'
import { needlesOf } from './needles.ts'
import { Scrubber } from './stream-scrubber.ts'

const MARK = '[redacted]'
const SECRET = `k/9"&é-Zq+7`

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')

const needles = needlesOf([new Secret(SECRET)], ['user'])
const forms = needles.map(latin1)
const scrubber = new Scrubber(needles)

const of = (...texts: readonly string[]): Scrubber => new Scrubber(texts.map(bytesOf))

/** Sends the pieces through a stream of their own and returns all that comes out. */
function through(scrubber: Scrubber, pieces: Iterable<Uint8Array>): string {
  const stream = scrubber.stream()
  const out = Array.from(pieces, (piece) => latin1(stream.push(piece)))
  return [...out, latin1(stream.end())].join('')
}

/** What comes out for each way to cut the text into one, two or three pieces. */
function everySplit(scrubber: Scrubber, text: string): ReadonlySet<string> {
  const body = bytesOf(text)
  const out = new Set<string>()
  for (let first = 0; first <= body.length; first += 1) {
    for (let second = first; second <= body.length; second += 1) {
      out.add(
        through(scrubber, [body.subarray(0, first), body.subarray(first, second), body.subarray(second)])
      )
    }
  }
  return out
}

const singleBytes = (text: string): Buffer[] => Array.from(bytesOf(text), (byte) => Buffer.of(byte))

/** ASCII letters in lower case, each other character as it is. */
const folded = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())

/** The scrubber by its definition: every needle is looked for at every place. */
function byDefinition(needles: readonly string[], text: string): string {
  const lower = folded(text)
  const isFound = (needle: string, start: number): boolean => lower.startsWith(folded(needle), start)
  let out = ''
  let copied = 0
  let end = 0
  for (let start = 0; start < text.length; start += 1) {
    const longest = Math.max(0, ...needles.filter((n) => isFound(n, start)).map(({ length }) => length))
    if (longest === 0) continue
    // A needle that begins inside the one before shares its mark.
    if (start >= end) out += text.slice(copied, start) + MARK
    end = Math.max(end, start + longest)
    copied = end
  }
  return out + text.slice(copied)
}

/** The text in pieces of at most the given lengths; the last length holds for the rest. */
function* cut(text: string, lengths: readonly number[]): Generator<Buffer> {
  let rest = bytesOf(text)
  for (const length of lengths) {
    yield rest.subarray(0, length)
    rest = rest.subarray(length)
  }
  yield rest
}

describe('a scrubbed stream', () => {
  it.each(forms)('is clean for every split into up to three pieces: %j', (form) => {
    expect(everySplit(scrubber, `{"a": ${form} }\n`)).toEqual(new Set([`{"a": ${MARK} }\n`]))
  })

  it.each(forms)('is clean in single bytes and in either case: %j', (form) => {
    const upper = form.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())
    for (const echo of [form, folded(form), upper]) {
      expect(through(scrubber, singleBytes(`<${echo}>`))).toBe(`<${MARK}>`)
    }
  })

  it.each(needles.map((needle) => [latin1(needle), needle] as const))(
    'passes a near-match unchanged: %j',
    (form, needle) => {
      const alone = new Scrubber([needle])
      for (const near of [`${form.slice(0, -1)}\u0001`, `\u0001${form.slice(1)}`, form.slice(0, -1)]) {
        expect(everySplit(alone, near)).toEqual(new Set([near]))
      }
    }
  )

  it('finds a needle right after a false start', () => {
    expect(everySplit(of('tototoken'), 'totototoken')).toEqual(new Set([`to${MARK}`]))
    expect(everySplit(of('aabaaac', 'baab'), 'aabaabaaac')).toEqual(new Set([`aa${MARK}`]))
  })

  it('finds a needle inside the beginning of a longer one that does not come', () => {
    expect(everySplit(of('xx-secret-yyyyyy', 'secret', '-yyy'), 'xx-secret-yyyyyz')).toEqual(
      new Set([`xx-${MARK}${MARK}yyz`])
    )
  })

  it('replaces the longest of the needles that begin at a place', () => {
    expect(everySplit(of('secret', 'secret-key', 'key'), 'a secret-key, a secret-k')).toEqual(
      new Set([`a ${MARK}, a ${MARK}-k`])
    )
  })

  it('leaves no part of either of two needles that overlap, and counts them as one', () => {
    expect(everySplit(of('abcdefgh', 'efghijkl'), '.abcdefghijkl.')).toEqual(new Set([`.${MARK}.`]))
    expect(everySplit(of('cdef', 'abcdefg'), '.abcdefg.')).toEqual(new Set([`.${MARK}.`]))
    const stream = of('abcdefgh', 'efghijkl').stream()
    stream.push(bytesOf('abcdefghijkl abcdefgh'))
    expect(stream.removed).toBe(2)
  })

  it('puts one mark for each of two needles in a row', () => {
    expect(everySplit(of('secret'), 'secretsecret')).toEqual(new Set([MARK + MARK]))
  })

  it('puts one mark for an endless overlap, and puts it at once', () => {
    const stream = of('aaaaaaaa').stream()
    const out = Array.from({ length: 1000 }, () => latin1(stream.push(bytesOf('a'))))
    expect(out.slice(7, 9)).toEqual([MARK, ''])
    expect(out.join('') + latin1(stream.end())).toBe(MARK)
    expect(stream.removed).toBe(1)
  })

  it('passes an event at once', () => {
    const stream = scrubber.stream()
    expect(latin1(stream.push(bytesOf('data: x\n\n')))).toBe('data: x\n\n')
    expect(latin1(stream.push(bytesOf(`data: ${SECRET}\n\n`)))).toBe(`data: ${MARK}\n\n`)
    expect(latin1(stream.push(bytesOf('data: y\n\n')))).toBe('data: y\n\n')
    expect(latin1(stream.end())).toBe('')
  })

  it('holds back the beginning of a needle alone, until the next bytes or the end', () => {
    const stream = of('secret', 'recall').stream()
    const out = ['a sec', 're', 'x secre'].map((text) => latin1(stream.push(bytesOf(text))))
    expect(out).toEqual(['a ', '', 'secrex '])
    expect(latin1(stream.end())).toBe('secre')
  })

  it('holds its own copy of what it holds back', () => {
    const stream = scrubber.stream()
    const chunk = bytesOf(SECRET.slice(0, 6))
    stream.push(chunk)
    chunk.fill(0)
    expect(latin1(stream.end())).toBe(SECRET.slice(0, 6))
  })

  it('shares nothing with another stream of its scrubber', () => {
    const [one, other] = [scrubber.stream(), scrubber.stream()]
    one.push(bytesOf(SECRET.slice(0, 6)))
    expect(latin1(other.push(bytesOf(SECRET.slice(6))))).toBe(SECRET.slice(6))
    expect([one.removed, other.removed]).toEqual([0, 0])
  })

  it('passes a binary body unchanged, and without a copy', () => {
    let seed = 1
    const body = Uint8Array.from({ length: 100_000 }, () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed & 255
    })
    expect(new Set(body).size).toBe(256)
    for (const length of [1, 7, 4096]) {
      const pieces = Array.from({ length: Math.ceil(body.length / length) }, (_, index) =>
        body.subarray(index * length, (index + 1) * length)
      )
      expect(through(scrubber, pieces) === latin1(body)).toBe(true)
    }
    expect(scrubber.stream().push(body).buffer).toBe(body.buffer)
  })

  it('passes everything if there are no needles', () => {
    expect(through(new Scrubber([]), singleBytes(SECRET))).toBe(SECRET)
  })
})

describe('scrubbing by generated input', () => {
  const lengths = fc.array(fc.nat(9), { maxLength: 12 })

  it('does what its definition says, whatever the needles and the pieces', { timeout: 900_000 }, () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'c'), minLength: 1, maxLength: 6 })
    const body = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'c', 'd'), maxLength: 40 })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), body, lengths, (words, text, lengths) => {
        expect(through(of(...words), cut(text, lengths))).toBe(byDefinition(words, text))
      }),
      { numRuns: trials }
    )
  })

  it('does so with long needles, of which parts occur everywhere', { timeout: 900_000 }, () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'c'), minLength: 6, maxLength: 24 })
    const part = fc.tuple(fc.nat(), fc.nat(2), fc.nat(24), fc.string({ maxLength: 3 }))
    const body = fc.array(part, { maxLength: 12 })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), body, lengths, (words, parts, lengths) => {
        const text = parts
          .map(([which, from, to, after]) => (words[which % words.length] ?? '').slice(from, to) + after)
          .join('')
        expect(through(of(...words), cut(text, lengths))).toBe(byDefinition(words, text))
      }),
      { numRuns: trials }
    )
  })

  it('removes every form of a secret and no byte more', { timeout: 900_000 }, () => {
    // A zero byte is in no needle, so that a form and what surrounds it form no other needle.
    const filler = fc.uint8Array({ maxLength: 30 }).map((bytes) => `\u0000${latin1(bytes)}\u0000`)
    const secret = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
    const echoes = fc.array(fc.tuple(fc.nat(), fc.boolean(), filler), { maxLength: 6 })
    fc.assert(
      fc.property(secret, filler, echoes, lengths, (secret, first, echoes, lengths) => {
        const forms = needlesOf([new Secret(secret)], ['user']).map(latin1)
        const body = echoes.map(([which, isFolded, after]) => {
          const form = forms[which % forms.length] ?? ''
          return [isFolded ? folded(form) : form, after] as const
        })
        const text = first + body.flat().join('')
        fc.pre([first, ...body.map(([, after]) => after)].every((part) => byDefinition(forms, part) === part))
        const out = through(new Scrubber(forms.map(bytesOf)), cut(text, lengths))
        expect(out).toBe(first + body.map(([, after]) => MARK + after).join(''))
        for (const form of forms) expect(folded(out)).not.toContain(folded(form))
      }),
      { numRuns: trials / 5 }
    )
  })
})

describe('a scrubbed text', () => {
  it('has no needle, and the number of those that were there', () => {
    const form = encodeURIComponent(SECRET)
    expect(scrubber.text(`https://x.test/?a=${form}&b=${form}`)).toEqual({
      text: `https://x.test/?a=${MARK}&b=${MARK}`,
      removed: 2
    })
  })

  it.each([
    ['characters', `naïve: ${SECRET} → é`, `naïve: ${MARK} → é`],
    ['characters that each fit a byte', `naïve: ${SECRET} é`, `naïve: ${MARK} é`],
    ['bytes of UTF-8, as Node gives a header', `ï ${latin1(Buffer.from(SECRET))} é`, `ï ${MARK} é`]
  ])('is read as %s', (_name, text, expected) => {
    expect(scrubber.text(text)).toEqual({ text: expected, removed: 1 })
  })

  it.each([
    '',
    'text/html; charset=utf-8',
    'é → \u{1f511}',
    'half a pair: \ud83d',
    '\u0000\u00ff',
    SECRET.slice(0, 6)
  ])('is returned as it came if it has no needle: %j', (text) => {
    expect(scrubber.text(text)).toEqual({ text, removed: 0 })
  })
})
