import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** More than any file of settings or accounts has; the parser takes five seconds for a megabyte. */
const LONGEST = 32 * 1024
const DEEPEST = 50

/** A YAML document without faults, or the first fault in words with its line; the first line is 1. */
export type YamlText = ReadYaml | { readonly kind: 'broken'; readonly line: number; readonly fault: string }

export type ReadYaml = {
  readonly kind: 'read'
  /** Plain objects, arrays and texts or numbers. */
  readonly value: unknown
  readonly document: Document
  /** Offsets at which the lines begin. */
  readonly lines: LineCounter
}

type Fault = { readonly offset: number; readonly fault: string }

/**
 * Reads YAML 1.2 (JSON is YAML too), whole or not at all. Faults are an error of the parser, a second
 * document, a repeated key, an alias, more than 32,768 characters or 50 levels. Never throws, and faults do
 * not quote the text. `schema`: `core` reads numbers and booleans, `failsafe` reads every value as its text.
 */
export function readYaml(text: string, schema: 'core' | 'failsafe'): YamlText {
  const lines = new LineCounter()
  const broken = ({ offset, fault }: Fault): YamlText => {
    return { kind: 'broken', line: lines.linePos(offset).line, fault }
  }
  if (text.length > LONGEST) return { kind: 'broken', line: 1, fault: 'the text is too long' }
  try {
    // The parser's own search for repeated keys compares each key with each.
    const options = { schema, lineCounter: lines, prettyErrors: false, uniqueKeys: false } as const
    const document = parseDocument(text, { ...options, logLevel: 'error' })
    const [found] = [...document.errors, ...document.warnings]
    if (found?.code === 'MULTIPLE_DOCS') {
      return broken({ offset: found.pos[0], fault: 'a second document begins here' })
    }
    if (found !== undefined) return broken({ offset: found.pos[0], fault: 'this is not valid YAML or JSON' })
    const fault = faultOf(document.contents, 0)
    if (fault !== null) return broken(fault)
    return { kind: 'read', value: document.toJS() as unknown, document, lines }
  } catch {
    return { kind: 'broken', line: 1, fault: 'this is not valid YAML or JSON' } // nested too deep for the parser
  }
}

function faultOf(node: unknown, depth: number): Fault | null {
  const offset = offsetOf(node)
  if (depth > DEEPEST) return { offset, fault: 'it is nested too deep' }
  if (isAlias(node)) return { offset, fault: 'aliases are not read' }
  if (isSeq(node)) return firstFault(node.items, depth)
  if (!isMap(node)) return null
  const names = new Set<unknown>()
  for (const { key, value } of node.items) {
    if (!isScalar(key)) return { offset: offsetOf(key), fault: 'a name must be a text' }
    if (names.has(String(key.value))) return { offset: offsetOf(key), fault: 'this name appears here twice' }
    names.add(String(key.value))
    const fault = faultOf(value, depth + 1)
    if (fault !== null) return fault
  }
  return null
}

function firstFault(items: readonly unknown[], depth: number): Fault | null {
  for (const item of items) {
    const fault = faultOf(item, depth + 1)
    if (fault !== null) return fault
  }
  return null
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}
