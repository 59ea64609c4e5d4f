import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { secretAsker } from '../../../src-cli/terminal/ask-secret.ts'
import { VaultError } from '#shared/problem.ts'
import { mutate } from '../../fault/mutations.ts'
import { pick, type Random } from '../../fault/oauth-input.ts'
import { several, trials, tryAll, upTo } from './trials.ts'

type Asked = Parameters<typeof secretAsker>[0]
const words = [
  'correct',
  ' ',
  'horse',
  'é',
  'e\u0301',
  '👩🏽‍🚀',
  '🇦🇹',
  'पासवर्ड',
  '"',
  '\\',
  '~',
  '\u00A0',
  '0',
  '[',
  '200~'
]
const segmenter = new Intl.Segmenter()
const marks = { open: '\u001b[200~', close: '\u001b[201~' }

type Key = { readonly bytes: string; readonly on: (typed: string) => string }

/** An action of a person at a terminal: its bytes, and its effect on the line. */
function key(random: Random): Key {
  const text = several(random, 4, () => pick(random, words)).join('')
  const typing: Key = { bytes: text, on: (typed) => typed + text }
  return pick(random, [
    typing,
    typing,
    typing,
    { bytes: `${marks.open}${text}${marks.close}`, on: (typed) => typed + text },
    {
      bytes: pick(random, ['\u007f', '\b']),
      on: (typed) =>
        Array.from(segmenter.segment(typed), ({ segment }) => segment)
          .slice(0, -1)
          .join('')
    },
    { bytes: '\u0015', on: () => '' },
    { bytes: '\u0017', on: (typed) => typed.replace(/\S*\s*$/u, '') }
  ])
}

/** Sends the bytes in pieces that split characters and marks. */
function typeInto(input: PassThrough, bytes: Buffer, random: Random): void {
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + upTo(random, random() < 0.5 ? 3 : 40)
    input.write(bytes.subarray(at, end))
    at = end
  }
  input.end()
}

async function answers(bytes: Buffer, random: Random, isTTY: boolean): Promise<(string | null)[]> {
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => undefined })
  const ask = secretAsker(input as unknown as Asked, () => undefined)
  typeInto(input, bytes, random)
  return [await ask('?'), await ask('?'), await ask('?')]
}

it(
  `what is typed is what is taken (${trials.toLocaleString('en')} lines)`,
  { timeout: 900_000 },
  async () => {
    await tryAll(async (random) => {
      const lines = Array.from({ length: 1 + upTo(random, 2) }, () => several(random, 5, () => key(random)))
      const end = pick(random, ['\r', '\n', '\r\n'])
      const bytes = lines.map((keys) => keys.map((one) => one.bytes).join('') + end).join('')
      const right = lines.map((keys) => keys.reduce((typed, { on }) => on(typed), '') || null)
      const taken = await answers(Buffer.from(bytes), random, true)
      expect([bytes, taken.slice(0, lines.length)]).toEqual([bytes, right])
    })
  }
)

it(
  `what comes through a pipe is taken by lines, and nothing that is no UTF-8 (${trials.toLocaleString('en')} texts)`,
  { timeout: 900_000 },
  async () => {
    await tryAll(async (random) => {
      const text = `${Array.from({ length: 3 }, () => several(random, 5, () => pick(random, words)).join('')).join('\n')}\n`
      const bytes = random() < 0.5 ? Buffer.from(text) : mutate(Buffer.from(text), random)
      const taken = await answers(bytes, random, false).catch((error: unknown) => error)
      const right = decoded(bytes)
      if (right !== null) expect([right, taken]).toEqual([right, linesOf(right)])
      // Bytes that are not text may come after the requested lines.
      else if (!(taken instanceof VaultError)) expect(taken).toEqual(linesBefore(bytes))
    })
  }
)

function decoded(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The first three lines. Null: they are not UTF-8. */
function linesBefore(bytes: Buffer): (string | null)[] | null {
  const lines = bytes.toString('latin1').split('\n').slice(0, 3)
  const read = lines.map((line) => decoded(Buffer.from(line, 'latin1')))
  return read.includes(null) ? null : linesOf(read.join('\n'))
}

function linesOf(text: string): (string | null)[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return [0, 1, 2].map((index) => lines[index]?.replace(/\r$/, '') || null)
}
