import { blankEnd, type Member, type Node, readJsonc } from './jsonc-reader.ts'

type ObjectNode = Node & { readonly members: readonly Member[] }

/**
 * The text of JSON, which may have comments and final commas, with one member set in an object of the top level, and
 * nothing else changed. Empty text: a new one. Null: it is no such text, or `outer` is there and is no object.
 */
export function withMember(text: string, outer: string, name: string, value: object): string | null {
  if (text.trim() === '') return `${JSON.stringify({ [outer]: { [name]: value } }, null, 2)}\n`
  const top = objectIn(readJsonc(text))
  if (top === null) return null
  const group = memberOf(top, outer)
  if (group === null) return withNew(text, top, outer, { [name]: value })
  const inner = objectIn(group.node)
  if (inner === null) return null
  const former = memberOf(inner, name)
  if (former === null) return withNew(text, inner, name, value)
  return replaced(text, former.node.from, former.node.to, written(text, former.from, value))
}

/** The text without this member, and without `outer` if nothing else is in it. Null: as for `withMember`. */
export function withoutMember(text: string, outer: string, name: string): string | null {
  if (text.trim() === '') return text
  const top = objectIn(readJsonc(text))
  if (top === null) return null
  const group = memberOf(top, outer)
  if (group === null) return text
  const inner = objectIn(group.node)
  if (inner === null) return null
  const member = memberOf(inner, name)
  if (member === null) return text
  const isLast = inner.members.length === 1 && !hasComment(text, inner, member)
  return isLast ? without(text, top, group) : without(text, inner, member)
}

/** The members of an object of the top level, by name; empty: it is not there. Null: as for `withMember`. */
export function membersOf(text: string, outer: string): ReadonlyMap<string, unknown> | null {
  if (text.trim() === '') return new Map()
  const top = objectIn(readJsonc(text))
  if (top === null) return null
  const group = memberOf(top, outer)
  const inner = group === null ? [] : (objectIn(group.node)?.members ?? null)
  return inner === null ? null : new Map(inner.map((member) => [member.name, member.node.value]))
}

const objectIn = (node: Node | null): ObjectNode | null =>
  node === null || node.members === null ? null : { ...node, members: node.members }

/** The one that counts where a name is there twice: the last. */
const memberOf = ({ members }: ObjectNode, name: string): Member | null =>
  members.findLast((member) => member.name === name) ?? null

/** A new member at the end of an object, written as its other members are. */
function withNew(text: string, object: ObjectNode, name: string, value: object): string {
  const last = object.members.at(-1)
  const pad = last === undefined ? `${padAt(text, object.from)}${unitOf(text)}` : padAt(text, last.from)
  const member = `${JSON.stringify(name)}: ${indented(value, unitOf(text), pad)}`
  const line = lineEnd(text)
  if (last === undefined) {
    const inside = text.slice(object.from + 1, object.to - 1).trimEnd()
    const close = `${line}${padAt(text, object.from)}}`
    return replaced(text, object.from + 1, object.to, `${inside}${line}${pad}${member}${close}`)
  }
  const isOneLine = !text.slice(object.from, last.from).includes('\n')
  const before = isOneLine ? ' ' : `${line}${pad}`
  return replaced(text, last.node.to, last.node.to, `,${before}${member}`)
}

/** A member goes with the comma that parts it from the others, and with the line it has for itself. */
function without(text: string, object: ObjectNode, member: Member): string {
  const at = object.members.indexOf(member)
  const before = object.members[at - 1]
  const next = blankEnd(text, member.node.to)
  const hasComma = text[next] === ','
  if (before !== undefined && (!hasComma || at === object.members.length - 1))
    return replaced(text, before.node.to, member.node.to, '')
  const from = text.lastIndexOf('\n', member.from) + 1
  const start = text.slice(from, member.from).trim() === '' && from > object.from ? from : member.from
  const to = hasComma ? next + 1 : member.node.to
  const rest = /^[ \t]*(?:\r?\n)?/.exec(text.slice(to))?.[0].length ?? 0
  const end = start === from && from > object.from ? to + rest : to
  return replaced(text, start, end, '')
}

function hasComment(text: string, object: ObjectNode, member: Member): boolean {
  const around = text.slice(object.from + 1, member.from) + text.slice(member.node.to, object.to - 1)
  return /[^\s,]/.test(around)
}

/** A value in the place of another one. */
const written = (text: string, at: number, value: object): string =>
  indented(value, unitOf(text), padAt(text, at)).replaceAll('\n', lineEnd(text))

function indented(value: object, unit: string, pad: string): string {
  return JSON.stringify(value, null, unit).replaceAll('\n', `\n${pad}`)
}

/** What stands before the first thing of the line. */
function padAt(text: string, at: number): string {
  const from = text.lastIndexOf('\n', at - 1) + 1
  return /^[ \t]*/.exec(text.slice(from, at))?.[0] ?? ''
}

/** By what the first line that is indented is. */
const unitOf = (text: string): string => /^(?:\t| {2,8})(?=\S)/m.exec(text)?.[0] ?? '  '

const lineEnd = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

const replaced = (text: string, from: number, to: number, by: string): string =>
  text.slice(0, from) + by + text.slice(to)
