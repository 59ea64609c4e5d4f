/** More than any file of credentials has; beyond them reading would hold everything else up. */
const MOST_VALUES = 50_000
const DEEPEST = 100

/**
 * A text of JSON. `repeated`: an object in it has a name twice, and only the last value of it was read. `large`: it has
 * more than 50,000 values or 100 levels.
 */
export type JsonText = { readonly value: unknown; readonly fault: 'repeated' | 'large' | null }

/** Null: not JSON. Throws nothing: an error of the parser quotes what it choked on. */
export function readJson(text: string): JsonText | null {
  try {
    return { value: JSON.parse(text) as unknown, fault: faultOf(text) }
  } catch {
    return null
  }
}

/** For a text that is JSON: its texts, brackets and commas are enough to see which texts are names, and of what. */
function faultOf(json: string): JsonText['fault'] {
  const open: (Set<string> | null)[] = []
  let values = 0
  for (const { 0: token, index } of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ',') values += 1
    else if (isName(json, index + token.length)) {
      const names = open.at(-1)
      const name = JSON.parse(token) as string
      if (names?.has(name)) return 'repeated'
      names?.add(name)
    }
    if (values > MOST_VALUES || open.length > DEEPEST) return 'large'
  }
  return null
}

/** True if the text that ends here is followed by a colon. */
function isName(json: string, end: number): boolean {
  let at = end
  while (' \t\r\n'.includes(json[at] ?? ':')) at += 1
  return json[at] === ':'
}

/** JSON or null; the parser's message quotes what it choked on and is dropped. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
