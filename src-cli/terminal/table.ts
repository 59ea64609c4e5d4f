/** Letters that a terminal draws two columns wide (Unicode: East Asian Width W and F), and none. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u
const none = /\p{Mn}|\p{Me}|\p{Default_Ignorable_Code_Point}/u
/** Texts of which each letter takes one column; the sets of Unicode above cost milliseconds when they are first asked. */
const plain = /^[ -~\u00a0-\u00ac\u00ae-\u02ff‘’“”…→✓✗]*$/
// oxlint-disable-next-line no-control-regex -- the colours that we write
const colours = /\u001b\[[0-9;]*m/g

/** The number of columns that a terminal needs for a text; colours need none. */
export function widthOf(text: string): number {
  const shown = text.replaceAll(colours, '')
  if (plain.test(shown)) return shown.length
  let width = 0
  for (const letter of shown) width += none.test(letter) ? 0 : wide.test(letter) ? 2 : 1
  return width
}

/** The text with blanks up to this width. */
export const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Rows with each column as wide as its widest cell, two blanks between them and none at the end of a line. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map(({ length }) => length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? '')))
  )
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  )
}
