/** A text in which the first place of each word is marked; `words` are in lower case. */
export function Marked({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  return parts(text, words).map(({ part, isMarked }, index) =>
    isMarked ? <mark key={index}>{part}</mark> : part
  )
}

function parts(text: string, words: readonly string[]): { part: string; isMarked: boolean }[] {
  const lower = text.toLowerCase()
  // Some letters have another length in lower case, and a place there is another place here.
  const places = lower.length === text.length ? words.flatMap((word) => placeOf(word, lower)) : []
  const found: { part: string; isMarked: boolean }[] = []
  let end = 0
  for (const { at, to } of places.toSorted((a, b) => a.at - b.at)) {
    if (at < end) continue
    found.push({ part: text.slice(end, at), isMarked: false }, { part: text.slice(at, to), isMarked: true })
    end = to
  }
  return [...found, { part: text.slice(end), isMarked: false }].filter(({ part }) => part !== '')
}

function placeOf(word: string, text: string): { at: number; to: number }[] {
  const at = text.indexOf(word)
  return at === -1 ? [] : [{ at, to: at + word.length }]
}
