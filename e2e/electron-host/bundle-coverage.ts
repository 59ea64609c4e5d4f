// What a built main bundle takes from `electron`, read from its syntax tree.
import { parseAst } from 'vite'

type Node = { type: string; [key: string]: unknown }
type Named = { name?: string }
type Specifier = { imported?: Named; local: Named }

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit)
  else if (typeof value === 'object' && value !== null) {
    if ('type' in value) visit(value as Node)
    for (const item of Object.values(value)) walk(item, visit)
  }
}

/** Every name imported from electron, with the members the code reads of it: `app` → `whenReady`, `quit` … */
export function electronUse(code: string): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>()
  const exportedAs = new Map<string, string>()
  const program = parseAst(code)
  walk(program, (node) => {
    if (node.type !== 'ImportDeclaration') return
    if (!/^electron(\/main)?$/.test((node['source'] as { value: string }).value)) return
    for (const { imported, local } of node['specifiers'] as Specifier[]) {
      const name = imported?.name ?? 'default'
      exportedAs.set(local.name ?? '', name)
      used.set(name, new Set())
    }
  })
  walk(program, (node) => {
    if (node.type !== 'MemberExpression' || node['computed'] === true) return
    const exported = exportedAs.get((node['object'] as Named).name ?? '')
    if (exported !== undefined) used.get(exported)?.add((node['property'] as Named).name ?? '')
  })
  return used
}
