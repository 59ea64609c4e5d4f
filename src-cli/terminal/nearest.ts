/**
 * Returns the word that was probably meant: the nearest one, at most two typing errors away. Null: no word is
 * that near, or two are equally near.
 */
export function nearest(typed: string, words: readonly string[]): string | null {
  const most = typed.length < 4 ? 1 : 2
  const near = words.map((word) => ({ word, slips: slips(typed.toLowerCase(), word, most) }))
  const [first, second] = near.toSorted((one, other) => one.slips - other.slips)
  if (first === undefined || first.slips > most || first.slips === second?.slips) return null
  return first.word
}

/**
 * Number of letters that were left out, added, changed or swapped with the next (optimal string alignment
 * distance).
 */
function slips(typed: string, word: string, most: number): number {
  if (Math.abs(typed.length - word.length) > most) return Infinity
  let [before, last]: [number[], number[]] = [
    [],
    Array.from({ length: word.length + 1 }, (_, index) => index)
  ]
  for (let row = 1; row <= typed.length; row += 1) {
    const next = [row]
    for (let column = 1; column <= word.length; column += 1) {
      const isSame = typed[row - 1] === word[column - 1]
      const isSwap = typed[row - 1] === word[column - 2] && typed[row - 2] === word[column - 1]
      next[column] = Math.min(
        (last[column] ?? Infinity) + 1,
        (next[column - 1] ?? Infinity) + 1,
        (last[column - 1] ?? Infinity) + (isSame ? 0 : 1),
        isSwap ? (before[column - 2] ?? Infinity) + 1 : Infinity
      )
    }
    ;[before, last] = [last, next]
  }
  return last[word.length] ?? Infinity
}
