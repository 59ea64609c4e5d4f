import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { cleanText, isShowable, shownText } from './shown-text.ts'

const unseen: readonly (readonly [what: string, text: string])[] = [
  ['a line feed', 'a\nb'],
  ['an escape of a terminal', 'a\u001b[2Jb'],
  ['a control character of the second set', 'a\u009bb'],
  ['a turned direction', 'ana\u202eten.elpmaxe@'],
  ['an isolated direction', 'a\u2067b\u2069'],
  ['a mark of direction', 'a\u200fb'],
  ['a space without width', 'a\u200bb'],
  ['a joiner between letters', 'a\u200db'],
  ['a soft hyphen', 'a\u00adb'],
  ['a byte order mark', 'a\ufeffb'],
  ['a filler of Hangul', 'a\u3164b'],
  ['a tag', `a${String.fromCodePoint(0xe0041)}b`],
  ['a variation selector behind a letter', 'a\ufe0fb'],
  ['a line separator', 'a\u2028b'],
  ['half a character', 'a\ud800b']
]

describe('a text that is shown', () => {
  it.each(unseen)('is refused and cleaned of %s', (_what, text) => {
    expect(isShowable(text)).toBe(false)
    expect(v.is(shownText, text)).toBe(false)
    const clean = cleanText(text, '?')
    expect(clean).toMatch(/^a.*\?/)
    expect(isShowable(clean)).toBe(true)
  })

  it.each(['ana', 'Zoë', 'أنا', 'אנה', 'เอนา', '山田', 'ana ❤️', '👩‍👩‍👧 family', '👍🏽 work', 'a–b', 'e\u0301'])(
    'keeps what people are called: %s',
    (text) => {
      expect(isShowable(text)).toBe(true)
      expect(cleanText(text, '?')).toBe(text)
    }
  )

  it.each([' ', '\u00a0\u2003', '\u2800', '\u3164'])('is refused when nothing of it can be seen', (text) => {
    expect(isShowable(text)).toBe(false)
  })

  it('is at most 200 characters long', () => {
    expect(v.is(shownText, 'a'.repeat(200))).toBe(true)
    expect(v.is(shownText, 'a'.repeat(201))).toBe(false)
    expect(v.is(shownText, '')).toBe(true)
  })
})
