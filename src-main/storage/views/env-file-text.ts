/** A part of a `.env` file: a setting, over several lines if its value is, or another line. */
type Piece = { readonly kind: 'other'; readonly text: string } | Setting
type Setting = {
  readonly kind: 'setting'
  readonly name: string
  readonly value: string
  /** `before` is `export NAME=`, `written` the value as in the file, `after` the rest of the line. */
  readonly before: string
  readonly written: string
  readonly after: string
}

const head = /\uFEFF?[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*/y
const quoted = /'([^']*)'|`([^`]*)`|"((?:\\[^]|[^"\\])*)"/y
const afterQuoted = /[ \t]*(?:#[^\n]*)?\r?(?:\n|$)/y
const unquoted = /([^#\n]*)((?:#[^\n]*)?(?:\n|$))/y
const line = /[^\n]*(?:\n|$)/y
const needsNoQuotes = /^[A-Za-z0-9_./:@%+,\\=-]+$/

/** Returns the value of a setting; if it is there twice, the last one. Null: it is not there. */
export function envValue(text: string, name: string): string | null {
  const found = pieces(text).findLast((piece) => piece.kind === 'setting' && piece.name === name)
  return found?.kind === 'setting' ? found.value : null
}

/** A value that readers of such files interpret differently, or that refers to another text. */
export type EnvDoubt =
  /**
   * An unquoted `#` directly after other text: a comment for Node and dotenv, a part of the value for shells.
   */
  | 'hash'
  /** A quote that is not closed. */
  | 'quote'
  /** `$NAME` in a longer text: some readers insert the value of another setting. */
  | 'dollar'
  /** `${…}`, `$(…)`, a backtick, or `$NAME` alone: the secret itself is elsewhere. */
  | 'reference'

/** A line that is not empty: a setting with the line it begins in, a comment, or another line. */
export type EnvLine =
  | {
      readonly kind: 'setting'
      readonly line: number
      readonly name: string
      /** With the doubt `hash`: the value with the `#` and all after it. */
      readonly value: string
      readonly doubt: EnvDoubt | null
    }
  /** `setting`: the setting that is commented out. Null: the comment is plain text. */
  | {
      readonly kind: 'comment'
      readonly line: number
      readonly setting: { readonly name: string; readonly value: string } | null
    }
  | { readonly kind: 'other'; readonly line: number }

/** Returns the lines of the text in order; the first is line 1. */
export function envLines(text: string): EnvLine[] {
  let line = 1
  return pieces(text).flatMap((piece): EnvLine[] => {
    const at = line
    const whole = textOf(piece)
    line += whole.split('\n').length - 1
    if (piece.kind === 'setting') return [settingLine(piece, at)]
    const text = whole.replace(/^\uFEFF/, '').trim()
    if (text === '') return []
    if (!text.startsWith('#')) return [{ kind: 'other', line: at }]
    const off = settingAt(text.replace(/^[#\s]+/, ''), 0)
    const setting = off?.kind === 'setting' ? { name: off.name, value: off.value } : null
    return [{ kind: 'comment', line: at, setting }]
  })
}

function settingLine({ name, value, written, after }: Setting, line: number): EnvLine {
  const isQuoted = written !== value || /^(['"`]).*\1$/s.test(written)
  if (!isQuoted && /^['"`]/.test(value)) return { kind: 'setting', line, name, value, doubt: 'quote' }
  if (!isQuoted && after.startsWith('#') && (value !== '' || !/\s/.test(after.trim()))) {
    return { kind: 'setting', line, name, value: (value + after).trim(), doubt: 'hash' }
  }
  const isLiteral = /^['`]/.test(written)
  const isReference = /\$[({]|`|^\$\w+$/.test(value)
  const doubt = isLiteral ? null : isReference ? 'reference' : /\$\w/.test(value) ? 'dollar' : null
  return { kind: 'setting', line, name, value, doubt }
}

/** Returns the names of all settings, sorted. */
export function envNames(text: string): string[] {
  const names = pieces(text).flatMap((piece) => (piece.kind === 'setting' ? [piece.name] : []))
  return [...new Set(names)].toSorted()
}

/** Returns the text with a setting added or changed; every other line stays as it is, comments too. */
export function withEnvValue(text: string, name: string, value: string): string {
  const written = writtenValue(value)
  let isPlaced = false
  const changed = pieces(text).map((piece) => {
    if (piece.kind === 'other' || piece.name !== name) return textOf(piece)
    if (isPlaced) return ''
    isPlaced = true
    return piece.before + written + piece.after
  })
  if (isPlaced) return changed.join('')
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  const open = text === '' || text.endsWith('\n') ? '' : lineEnd
  return `${text}${open}${name}=${written}${lineEnd}`
}

/** Returns the text without a setting. */
export function withoutEnvValue(text: string, name: string): string {
  return withoutEnvValues(text, new Set([name]))
}

/** Returns the text without several settings; a comment behind a setting stays. */
export function withoutEnvValues(text: string, names: ReadonlySet<string>): string {
  const kept = pieces(text).map((piece) => {
    if (piece.kind === 'other' || !names.has(piece.name)) return textOf(piece)
    return /^[ \t]+#/.test(piece.after) ? piece.after.trimStart() : ''
  })
  return kept.join('')
}

/**
 * Returns a value in a form that other readers of such files understand: bare if that is unambiguous, else in
 * single quotes or backticks, where all characters are literal. A value that fits neither is escaped in
 * double quotes.
 */
function writtenValue(value: string): string {
  if (needsNoQuotes.test(value)) return value
  const isLiteral = !value.includes('\r') && !value.endsWith('\\') && value !== ''
  if (isLiteral && !value.includes("'")) return `'${value}'`
  if (isLiteral && !value.includes('`')) return `\`${value}\``
  const escaped = value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `"${escaped}"`
}

function pieces(text: string): Piece[] {
  const found: Piece[] = []
  for (let at = 0; at < text.length;) {
    const piece = settingAt(text, at) ?? { kind: 'other', text: matchAt(line, text, at)?.[0] ?? '' }
    found.push(piece)
    at += textOf(piece).length
  }
  return found
}

/** Null: the line that begins here is not a setting. */
function settingAt(text: string, at: number): Piece | null {
  const [before, name] = matchAt(head, text, at) ?? []
  if (before === undefined || name === undefined) return null
  const start = at + before.length
  const inQuotes = matchAt(quoted, text, start)
  const end = inQuotes && matchAt(afterQuoted, text, start + inQuotes[0].length)
  if (inQuotes && end) {
    const [written, single, backtick, double = ''] = inQuotes
    const value = single ?? backtick ?? unescaped(double)
    return { kind: 'setting', name, value, before, written, after: end[0] }
  }
  const [, bare = '', comment = ''] = matchAt(unquoted, text, start) ?? []
  const value = bare.trimEnd()
  const after = bare.slice(value.length) + comment
  return { kind: 'setting', name, value, before, written: value, after }
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\nr])/g, (_whole, char: string) =>
    char === 'n' ? '\n' : char === 'r' ? '\r' : char
  )
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function textOf(piece: Piece): string {
  return piece.kind === 'other' ? piece.text : piece.before + piece.written + piece.after
}
