/** A value in a text: what it is, and where it is; `to` is behind its end. */
export type Node = {
  readonly value: unknown
  readonly from: number
  readonly to: number
  /** The members of an object, in their order; null: it is no object. */
  readonly members: readonly Member[] | null
}

/** `from` is at the name. */
export type Member = { readonly name: string; readonly from: number; readonly node: Node }

const DEEPEST = 200

/** Reads JSON that may have comments and final commas, as editors write it. Null: the text is none. */
export function readJsonc(text: string): Node | null {
  try {
    const start = text.startsWith('\uFEFF') ? 1 : 0
    const node = valueAt(text, blankEnd(text, start), 0)
    return blankEnd(text, node.to) === text.length ? node : null
  } catch {
    return null
  }
}

/** The place behind whitespace and comments. */
export function blankEnd(text: string, at: number): number {
  const blank = /(?:[ \t\r\n]|\/\/[^\n]*|\/\*[^]*?\*\/)*/y
  blank.lastIndex = at
  blank.exec(text)
  return blank.lastIndex
}

function valueAt(text: string, from: number, depth: number): Node {
  if (depth > DEEPEST) throw new SyntaxError('too deep')
  if (text[from] === '{') return objectAt(text, from, depth)
  if (text[from] === '[') return listAt(text, from, depth)
  const to = scalarEnd(text, from)
  return { value: JSON.parse(text.slice(from, to)) as unknown, from, to, members: null }
}

/** The end of a text in quotes, a number or a word; JSON says whether it is one. */
function scalarEnd(text: string, from: number): number {
  const scalar = /"(?:[^"\\\n]|\\.)*"|[-+.\w]+/y
  scalar.lastIndex = from
  if (scalar.exec(text) === null) throw new SyntaxError('no value')
  return scalar.lastIndex
}

function objectAt(text: string, from: number, depth: number): Node {
  const members: Member[] = []
  const to = eachUntil(text, from, '}', (at) => {
    const end = scalarEnd(text, at)
    const name = JSON.parse(text.slice(at, end)) as unknown
    const colon = blankEnd(text, end)
    if (typeof name !== 'string' || text[colon] !== ':') throw new SyntaxError('no member')
    const node = valueAt(text, blankEnd(text, colon + 1), depth + 1)
    members.push({ name, from: at, node })
    return node.to
  })
  const value = Object.fromEntries(members.map(({ name, node }) => [name, node.value]))
  return { value, from, to, members }
}

function listAt(text: string, from: number, depth: number): Node {
  const value: unknown[] = []
  const to = eachUntil(text, from, ']', (at) => {
    const node = valueAt(text, at, depth + 1)
    value.push(node.value)
    return node.to
  })
  return { value, from, to, members: null }
}

/** Reads what stands between commas; `read` gives the place behind it. Gives the place behind `close`. */
function eachUntil(text: string, from: number, close: string, read: (at: number) => number): number {
  let at = blankEnd(text, from + 1)
  while (text[at] !== close) {
    at = blankEnd(text, read(at))
    if (text[at] === ',') at = blankEnd(text, at + 1)
    else if (text[at] !== close) throw new SyntaxError('no end')
  }
  return at + 1
}
