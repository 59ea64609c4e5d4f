// Finds the parts of `electron` that a built main bundle uses, by its syntax tree.
import { parseAst } from 'vite'

type Node = { type: string; [key: string]: unknown }
type Named = { name?: string }
type Specifier = { imported?: Named; local: Named }

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value
const listed = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : [])
const childrenOf = (node: Node): Node[] =>
  Object.values(node).flatMap((value) => (isNode(value) ? [value] : listed(value)))

/** Returns the names that a parameter or a declaration binds. */
function boundBy(pattern: unknown): string[] {
  if (!isNode(pattern)) return []
  if (pattern.type === 'Identifier') return [String(pattern['name'])]
  if (pattern.type === 'AssignmentPattern') return boundBy(pattern['left'])
  if (pattern.type === 'RestElement') return boundBy(pattern['argument'])
  if (pattern.type === 'Property') return boundBy(pattern['value'])
  return [...listed(pattern['properties']), ...listed(pattern['elements'])].flatMap(boundBy)
}

/** Returns the names that this node hides from outside: a function's parameters, a block's declarations. */
function hiddenBy(node: Node): string[] {
  const parameters = listed(node['params']).flatMap(boundBy)
  const statements = node.type === 'BlockStatement' ? listed(node['body']) : []
  const declared = statements.flatMap((statement) => [
    ...boundBy(statement['id']),
    ...listed(statement['declarations']).flatMap(({ id }) => boundBy(id))
  ])
  return [...parameters, ...declared]
}

/** Returns every name imported from electron, with its members in the code: `app` → `whenReady`, `quit` … */
export function electronUse(code: string): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>()
  const imported = new Map<string, string>()
  const program = parseAst(code) as unknown as Node
  for (const statement of listed(program['body'])) {
    if (statement.type !== 'ImportDeclaration') continue
    if (!/^electron(\/main)?$/.test((statement['source'] as { value: string }).value)) continue
    for (const specifier of statement['specifiers'] as Specifier[]) {
      const name = specifier.imported?.name ?? 'default'
      imported.set(specifier.local.name ?? '', name)
      used.set(name, new Set())
    }
  }
  const read = (node: Node, visible: Map<string, string>): void => {
    const hidden = new Set(hiddenBy(node))
    const seen = hidden.size === 0 ? visible : new Map([...visible].filter(([name]) => !hidden.has(name)))
    if (node.type === 'MemberExpression' && node['computed'] !== true) {
      const name = seen.get((node['object'] as Named).name ?? '')
      if (name !== undefined) used.get(name)?.add((node['property'] as Named).name ?? '')
    }
    for (const child of childrenOf(node)) read(child, seen)
  }
  read(program, imported)
  return used
}
