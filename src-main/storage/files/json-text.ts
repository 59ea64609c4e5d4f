/** A text of JSON. `repeated`: an object in it has a name twice, and only the last value of it was read. */
export type JsonText = { readonly value: unknown; readonly repeated: boolean }

/** Null: not JSON. Throws nothing: an error of the parser quotes what it choked on. */
export function readJson(text: string): JsonText | null {
  try {
    return { value: JSON.parse(text) as unknown, repeated: repeatsName(text) }
  } catch {
    return null
  }
}

/** For a text that is JSON: its texts and its brackets are enough to see which texts are names, and of what. */
function repeatsName(json: string): boolean {
  const open: (Set<string> | null)[] = []
  for (const { 0: token, index } of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (isName(json, index + token.length)) {
      const names = open.at(-1)
      const name = JSON.parse(token) as string
      if (names?.has(name)) return true
      names?.add(name)
    }
  }
  return false
}

/** True if the text that ends here is followed by a colon. */
function isName(json: string, end: number): boolean {
  let at = end
  while (' \t\r\n'.includes(json[at] ?? ':')) at += 1
  return json[at] === ':'
}
