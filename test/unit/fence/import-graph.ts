import { dirname, posix } from 'node:path'
import { parseSync } from 'vite'
import { roomOf } from './rooms.ts'

/** The text of files by their paths, from the project's folder. */
export type Sources = ReadonlyMap<string, string>
/** `to`: a path from the project's folder, or the name of a package. */
export type Import = { readonly from: string; readonly to: string }

/** Every import and re-export of the files, also of types and of those that are loaded later. */
export function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) => {
    const { module, errors } = parseSync(from, text)
    if (errors.length > 0) throw new Error(`${from} can’t be read.`)
    const named = [
      ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
      ...module.staticExports.flatMap(({ entries }) =>
        entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])
      ),
      ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
        const [, name] = /^['"](.+)['"]$/.exec(text.slice(start, end)) ?? []
        return name ?? []
      })
    ]
    return [...new Set(named)].map((name) => ({ from, to: resolved(from, name) }))
  })
}

function resolved(from: string, name: string): string {
  if (name.startsWith('#shared/')) return name.replace('#shared', 'src-shared')
  return name.startsWith('.') ? posix.join(dirname(from), name) : name
}

/** The imports that the table of rooms does not allow, as `FILE imports NAME`. */
export function forbidden(imports: readonly Import[]): string[] {
  return imports.filter((one) => !isAllowed(one)).map(({ from, to }) => `${from} imports ${to}`)
}

function isAllowed({ from, to }: Import): boolean {
  const room = roomOf(from)
  if (room === null) return false
  const target = roomOf(to)
  // A room that is named stands for the rooms inside it, too.
  if (target !== null) return [room.path, ...room.imports].some((name) => isWithin(target.path, name))
  return room.imports.some((name) => (name === 'node:*' ? to.startsWith('node:') : isWithin(to, name)))
}

function isWithin(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}/`)
}

/** Circles, each as the names in it; `next`: where one leads. (Tarjan's strongly connected components.) */
export function circles(edges: readonly (readonly [from: string, to: string])[]): string[][] {
  const next = Map.groupBy(edges, ([from]) => from)
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const path: string[] = []
  const found: string[][] = []
  const visit = (name: string): void => {
    order.set(name, order.size)
    low.set(name, order.get(name) ?? 0)
    path.push(name)
    for (const [, to] of next.get(name) ?? []) {
      if (!order.has(to)) visit(to)
      if (path.includes(to)) low.set(name, Math.min(low.get(name) ?? 0, low.get(to) ?? 0))
    }
    if (low.get(name) !== order.get(name)) return
    const circle = path.splice(path.indexOf(name))
    if (circle.length > 1) found.push(circle.toSorted())
  }
  for (const [from] of edges) if (!order.has(from)) visit(from)
  return found
}

/** The folder of a file. Files directly in `src-…` or `src-main` are roots: each stands for itself. */
export function folderOf(file: string): string {
  const folder = dirname(file)
  return folder === 'src-main' || !folder.includes('/') ? file : folder
}
