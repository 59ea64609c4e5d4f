import { globSync, readFileSync } from 'node:fs'
import { parseSync } from 'vite'
import { describe, expect, it } from 'vitest'

/** Words that a reader stumbles over, and the usual ones. */
const unusual: readonly (readonly [RegExp, string])[] = [
  [/\b(?:is|are) over\b/i, 'expired, or has ended'],
  [/\basks? nobody\b/i, 'asks no question'],
  [/\b(?:lie|lies) (?:at|below|beside|here|in|next|there|under)\b/i, 'is'],
  [/\b(?:puts?|sets?) (?:it |them |that )?right\b/i, 'repairs, corrects'],
  [/\bby (?:itself|themselves)\b/i, 'automatically, on its own, separately'],
  [/\banew\b/i, 'again'],
  [/\bredirect address/i, 'redirect URI'],
  [/\bwhole (?:address|path)\b/i, 'full address'],
  [/\bkeep fresh\b/i, 'refresh in the background']
]

/** Further words that are not for what a person reads while working with Latchkey. */
const unusualOnScreen: typeof unusual = [
  ...unusual,
  [/\btime is up\b/i, 'timed out'],
  [/\bcan ?not\b/i, 'can’t'],
  [/\bbeside\b/i, 'next to'],
  [/\bin (?:the )?clear\b/i, 'in plain text'],
  [/\bleft out\b/i, 'skipped; default:'],
  [/\bmake a new\b/i, 'create a new'],
  [/\bof (?:yours|your own)\b/i, 'your'],
  [/\btakes? (?:it|them) back\b/i, 'undo'],
  [/\bunder way\b/i, 'running'],
  [/\bany more\b/i, 'no longer']
]

const isOfTests = (file: string): boolean => /\.(?:test|testkit|contract)\.tsx?$|\/testing\//.test(file)
const codeFiles = globSync('{src-*,scripts}/**/*.{ts,tsx}').map((file) => file.replaceAll('\\', '/'))
const testFiles = globSync('{src-*,test,e2e}/**/*.{test,spec}.ts')

type Node = Readonly<Record<string, unknown>> & { readonly type: string }
type Texts = { readonly shown: string[]; readonly names: string[]; readonly comments: string[] }

/** The texts of a source: what may be shown (more than a word, outside of imports), names of tests, and comments. */
function textsOf(file: string, source: string): Texts {
  const { program, comments, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} can not be read.`)
  const texts: Texts = { shown: [], names: [], comments: comments.map(({ value }) => value) }
  visit(program, texts, source)
  return texts
}

function visit(value: unknown, texts: Texts, source: string): void {
  if (Array.isArray(value)) return value.forEach((each) => visit(each, texts, source))
  if (!isNode(value) || value.type === 'ImportDeclaration') return
  const text = textOf(value)
  if (text?.includes(' ') === true) texts.shown.push(text)
  if (value.type === 'CallExpression') {
    const { callee, arguments: args } = value as unknown as Call
    const name = /^(?:describe|it|test)\b/.test(source.slice(callee.start, callee.end)) ? args[0] : undefined
    const said = name === undefined ? null : textOf(name)
    if (said !== null) texts.names.push(said)
  }
  for (const part of Object.values(value)) visit(part, texts, source)
}

type Call = {
  readonly callee: { readonly start: number; readonly end: number }
  readonly arguments: readonly Node[]
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

/** The text of a literal or of the fixed parts of a template. Null: the node is another one. */
function textOf(node: Node): string | null {
  const { type, value, quasis } = node as { type: string; value?: unknown; quasis?: readonly Quasi[] }
  if ((type === 'Literal' || type === 'JSXText') && typeof value === 'string') return value
  return type === 'TemplateLiteral' ? (quasis ?? []).map((quasi) => quasi.value.raw).join('…') : null
}

type Quasi = { readonly value: { readonly raw: string } }

function foundIn(texts: readonly string[], words: typeof unusual): string[] {
  return texts.flatMap((text) =>
    words.filter(([word]) => word.test(text)).map(([, usual]) => `“${text.trim()}”: ${usual}`)
  )
}

const read = (files: readonly string[]): Texts[] =>
  files.map((file) => textsOf(file, readFileSync(file, 'utf8')))

describe('the usual word', () => {
  const code = read(codeFiles.filter((file) => !isOfTests(file)))

  it('is in everything that a person reads in the window and in a terminal', () => {
    const shown = code.flatMap((texts) => texts.shown)
    expect(shown.length).toBeGreaterThan(2000)
    expect(foundIn(shown, unusualOnScreen)).toEqual([])
  })

  it('is in the comments', () => {
    const comments = code.flatMap((texts) => texts.comments)
    expect(comments.length).toBeGreaterThan(2000)
    expect(foundIn(comments, unusual)).toEqual([])
  })

  it('is in the names of the tests', () => {
    const names = read(testFiles).flatMap((texts) => texts.names)
    expect(names.length).toBeGreaterThan(3000)
    expect(foundIn(names, unusual)).toEqual([])
  })

  it('is missed in planted sentences', () => {
    const planted =
      "// It ends by itself.\nit('lies in a file', () => say(`The ${key} is over.`, 'Make a new key'))"
    const { shown, names, comments } = textsOf('planted.ts', planted)
    expect(foundIn(comments, unusual)).toHaveLength(1)
    expect(foundIn(names, unusual)).toHaveLength(1)
    expect(foundIn(shown, unusualOnScreen)).toHaveLength(3)
  })
})
