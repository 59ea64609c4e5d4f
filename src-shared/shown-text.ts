import * as v from 'valibot'

const MAX_NAME = 200

/** Control and format characters, line ends, lone surrogates, and letters that are drawn as nothing. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu
/** The two unseen characters that belong to a picture before them: its variation selector and the joiner. */
const partOfPicture = /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?)[\uFE0F\u200D]/gu
/** Something to see: the blank of Braille counts as a symbol and shows nothing. */
const visible = /(?!\u2800)[\p{L}\p{N}\p{P}\p{S}]/u

/**
 * The text with each character that can not be seen, that breaks a line or that turns its direction replaced by `mark`
 * (Unicode: Cc, Cf, Zl, Zp, Cs, Default_Ignorable_Code_Point). For everything that comes from outside and is shown in
 * the window, the tray, a terminal or a report.
 */
export function cleanText(text: string, mark: string): string {
  if (text.search(unseen) === -1) return text
  const pictures = new Set(Array.from(text.matchAll(partOfPicture), ({ index }) => index))
  return text.replace(unseen, (found: string, at: number) => (pictures.has(at) ? found : mark))
}

/** True if `cleanText` changes nothing and there is something to see, or nothing at all. */
export function isShowable(text: string): boolean {
  return text === '' || (visible.test(text) && cleanText(text, '') === text)
}

/** Free text that is shown: at most 200 characters, each of which can be seen. May be empty, not blank. */
export const shownText = v.pipe(
  v.string(),
  v.maxLength(MAX_NAME),
  v.check(isShowable, 'Characters that can’t be seen are not allowed.')
)
