/** More than any file of credentials has; beyond these limits, reading would block all other work. */
const MOST_VALUES = 50_000
const DEEPEST = 100

/**
 * A text of JSON. `repeated`: an object has a name twice, and only its last value was read. `large`: it has
 * more than 50,000 values or 100 levels.
 */
export type JsonText = { readonly value: unknown; readonly fault: 'repeated' | 'large' | null }

/** Reads JSON. Never throws, because an error of the parser quotes the text. Null: not JSON. */
export function readJson(text: string): JsonText | null {
  try {
    return { value: JSON.parse(text) as unknown, fault: faultOf(text) }
  } catch {
    return null
  }
}

/**
 * Finds the fault of a text that is JSON. Its texts, brackets and commas are enough to tell which texts are
 * names, and of which object.
 */
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

/** Returns the value or null; the parser's error is dropped because it quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
