/** A key of a table in TOML, or of a section in an INI file, with its value as it is written there. */
export type SectionKey = { readonly section: string; readonly key: string; readonly value: string }

export type SectionEdit =
  | { readonly kind: 'text'; readonly text: string }
  /** The file has the key with another value, or says the section in a form that is not edited here. */
  | { readonly kind: 'taken' }

/** The text with the key as the first one of its section; a section that is not there is added at the end. */
export function withSectionKey(text: string, wish: SectionKey): SectionEdit {
  const lines = text.split('\n')
  const found = sectionIn(lines, wish.section)
  const line = `${wish.key} = ${wish.value}`
  if (found === null) {
    if (saysOtherwise(lines, wish.section)) return { kind: 'taken' }
    return { kind: 'text', text: `${endedText(text)}[${wish.section}]\n${line}\n` }
  }
  const { start, own } = found
  const there = own.find((other) => keyOf(other) === wish.key)
  if (there !== undefined) return there.trim() === line ? { kind: 'text', text } : { kind: 'taken' }
  return { kind: 'text', text: [...lines.slice(0, start + 1), line, ...lines.slice(start + 1)].join('\n') }
}

/** The text without the line, and without its section if nothing else is in it. The same text: the line is not there. */
export function withoutSectionKey(text: string, { section, key, value }: SectionKey): string {
  const lines = text.split('\n')
  const found = sectionIn(lines, section)
  if (found === null) return text
  const { start, own } = found
  const at = own.findIndex((other) => other.trim() === `${key} = ${value}`)
  if (at === -1) return text
  const rest = own.toSpliced(at, 1)
  const after = lines.slice(start + 1 + own.length)
  const isEmpty = rest.every((other) => other.trim() === '')
  if (!isEmpty) return [...lines.slice(0, start + 1), ...rest, ...after].join('\n')
  const before = lines.slice(0, start)
  // The blank line that divides it from what is before.
  if (before.at(-1)?.trim() === '') before.pop()
  if (after.length > 0) return [...before, ...rest, ...after].join('\n')
  return before.length === 0 ? '' : `${before.join('\n')}\n`
}

/** The line of the head of a section, and the lines in it. Null: it is not there. */
function sectionIn(lines: readonly string[], section: string) {
  const start = lines.findIndex((line) => isHead(line, section))
  if (start === -1) return null
  const length = lines.slice(start + 1).findIndex((line) => /^\s*\[/.test(line))
  return { start, own: lines.slice(start + 1, length === -1 ? undefined : start + 1 + length) }
}

const isHead = (line: string, section: string): boolean =>
  /^\s*\[\s*([^[\]]*?)\s*\]\s*(?:[#;].*)?$/.exec(line)?.[1]?.replaceAll('"', '') === section

/** The first part of the key of a line, without quotes. Null: it is a comment or blank. */
const keyOf = (line: string): string | null =>
  /^\s*["']?([A-Za-z0-9_-]+)["']?\s*[.=:]/.exec(line)?.[1] ?? null

/** A table of TOML can also be written as keys at the top: `registry.default = …`, `registry = { … }`. */
function saysOtherwise(lines: readonly string[], section: string): boolean {
  const first = lines.findIndex((line) => /^\s*\[/.test(line))
  return lines.slice(0, first === -1 ? undefined : first).some((line) => keyOf(line) === section)
}

/** The text, ready for a section after it. */
function endedText(text: string): string {
  if (text === '') return text
  return text.endsWith('\n') ? `${text}\n` : `${text}\n\n`
}
