import { VaultError } from '#shared/problem.ts'
import type { SopsLeaf } from './sops-value.ts'

export type SopsTree = { readonly [name: string]: SopsNode }
type SopsNode = SopsLeaf | readonly SopsLeaf[] | SopsTree

/** Called for each leaf of a tree with its names from the top; returns the leaf that replaces it. */
type VisitLeaf = (leaf: SopsLeaf, path: readonly string[]) => SopsLeaf

/**
 * True if `value` has only parts that SOPS protects and that every program reads in the same way: objects of
 * texts, whole numbers, booleans and flat lists of them. SOPS' MAC does not cover null and empty texts, lists
 * and objects, so that they could be added or removed; names like `1` change their place in JavaScript.
 */
export function isSopsTree(value: unknown): value is SopsTree {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const entries = Object.entries(value)
  return entries.length > 0 && entries.every(([name, node]) => isName(name) && isNode(node))
}

/**
 * Returns the same tree with every leaf replaced, in the order of the file. Throws CREDENTIAL_UNREADABLE for
 * any other shape.
 */
export function mapLeaves(tree: unknown, visit: VisitLeaf, path: readonly string[] = []): SopsTree {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) throw notATree()
  const mapped: Record<string, SopsNode> = {}
  for (const [name, node] of Object.entries(tree)) {
    if (!isName(name)) throw notATree()
    mapped[name] = mapNode(node, visit, [...path, name])
  }
  return mapped
}

function mapNode(node: unknown, visit: VisitLeaf, path: readonly string[]): SopsNode {
  if (isLeaf(node)) return visit(node, path)
  // The items of a list have the path of the list.
  if (Array.isArray(node)) return node.map((item) => mapItem(item, visit, path))
  return mapLeaves(node, visit, path)
}

function mapItem(item: unknown, visit: VisitLeaf, path: readonly string[]): SopsLeaf {
  if (!isLeaf(item)) throw notATree()
  return visit(item, path)
}

function isNode(node: unknown): boolean {
  if (Array.isArray(node)) return node.length > 0 && node.every(isFullLeaf)
  return isFullLeaf(node) || isSopsTree(node)
}

function isFullLeaf(node: unknown): boolean {
  return isLeaf(node) && node !== ''
}

function isLeaf(node: unknown): node is SopsLeaf {
  if (typeof node === 'number') return Number.isSafeInteger(node) && !Object.is(node, -0)
  return typeof node === 'string' || typeof node === 'boolean'
}

/** A name with a colon could make two paths the same. */
function isName(name: string): boolean {
  return name !== '' && name !== '__proto__' && !/^\d+$/.test(name) && !name.includes(':')
}

function notATree(): VaultError {
  return new VaultError('CREDENTIAL_UNREADABLE')
}
