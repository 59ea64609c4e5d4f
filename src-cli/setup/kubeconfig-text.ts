import { type Document, isMap, isScalar, isSeq, type YAMLMap } from 'yaml'
import { documentOf, textOf } from './yaml-text.ts'

/** What a kubeconfig is to get: a user whose token comes from a program. */
export type ExecUser = {
  /** Null: the current context, or the one that has `user`. */
  readonly context: string | null
  /** Name of the user's entry. */
  readonly user: string
  /** Path of the program that answers kubectl. */
  readonly command: string
  readonly args: readonly string[]
}

export type KubeconfigEdit = {
  readonly kind: 'edited'
  readonly text: string
  readonly context: string
  /** The user that the context had before. Null: it had none, or this one. */
  readonly formerUser: string | null
  /** `host` or `host:port` of the cluster. */
  readonly host: string
}

export type KubeconfigFault = 'broken' | 'no-context' | 'no-cluster' | 'not-https' | 'taken'

/** More than any kubeconfig of a person has. */
const LONGEST = 256 * 1024
const PROGRAM = /latchkey-kubectl(?:\.mjs|\.cmd)?$/

/**
 * The text of a kubeconfig with the user, and with the context leading to it. Comments and everything else stay. An
 * entry of that name that is none of Latchkey's is never replaced: its token would be lost.
 */
export function withExecUser(
  text: string,
  wish: ExecUser
): KubeconfigEdit | { readonly kind: KubeconfigFault } {
  const document = documentOf(text, LONGEST)
  if (document === null) return { kind: 'broken' }
  const context = contextOf(document, wish)
  const inner = context?.get('context')
  if (context === null || !isMap(inner)) return { kind: 'no-context' }
  const cluster = named(document, 'clusters', textIn(inner, 'cluster'))?.get('cluster')
  const server = isMap(cluster) ? textIn(cluster, 'server') : null
  if (server === null || !URL.canParse(server)) return { kind: 'no-cluster' }
  const { host, protocol } = new URL(server)
  if (protocol !== 'https:') return { kind: 'not-https' }
  const entry = named(document, 'users', wish.user)
  if (entry !== null && !isOurs(entry)) return { kind: 'taken' }
  const former = textIn(inner, 'user')
  const user = document.createNode(userOf(wish))
  if (entry === null) listOf(document, 'users').add(document.createNode({ name: wish.user, user }))
  else entry.set('user', user)
  inner.set('user', wish.user)
  return {
    kind: 'edited',
    text: textOf(document, text),
    context: textIn(context, 'name') ?? '',
    formerUser: former === wish.user ? null : former,
    host
  }
}

/**
 * The text without the user: each context that leads to it leads to `formerUser` again, or to no user where that is
 * null or gone. Null: the text can not be read, or has no such user of Latchkey's.
 */
export function withoutExecUser(
  text: string,
  { user, formerUser }: { readonly user: string; readonly formerUser: string | null }
): string | null {
  const document = documentOf(text, LONGEST)
  const entry = document === null ? null : named(document, 'users', user)
  if (document === null || entry === null || !isOurs(entry)) return null
  const users = listOf(document, 'users')
  users.delete(users.items.indexOf(entry))
  const isThere = formerUser !== null && named(document, 'users', formerUser) !== null
  for (const context of mapsOf(document, 'contexts')) {
    const inner = context.get('context')
    if (!isMap(inner) || textIn(inner, 'user') !== user) continue
    if (isThere) inner.set('user', formerUser)
    else inner.delete('user')
  }
  return textOf(document, text)
}

/** True if a user of this kubeconfig has a token, a password or the key of a certificate in it. */
export function holdsSecret(text: string, user: string): boolean {
  const document = documentOf(text, LONGEST)
  const entry = document === null ? null : named(document, 'users', user)
  const secrets = ['token', 'password', 'client-key-data']
  return entry !== null && secrets.some((name) => entry.hasIn(['user', name]))
}

/** `provideClusterInfo` tells the program which cluster the token is for (client-authentication, v1). */
function userOf({ command, args }: ExecUser) {
  const apiVersion = 'client.authentication.k8s.io/v1'
  return {
    exec: { apiVersion, command, args: [...args], interactiveMode: 'Never', provideClusterInfo: true }
  }
}

function isOurs(entry: YAMLMap): boolean {
  const command = entry.getIn(['user', 'exec', 'command'])
  return typeof command === 'string' && PROGRAM.test(command)
}

function contextOf(document: Document, { context, user }: ExecUser): YAMLMap | null {
  if (context !== null) return named(document, 'contexts', context)
  const users = mapsOf(document, 'contexts').find((row) => row.getIn(['context', 'user']) === user)
  const current = document.get('current-context')
  return users ?? named(document, 'contexts', typeof current === 'string' ? current : null)
}

function mapsOf(document: Document, list: string): readonly YAMLMap[] {
  const found = document.get(list)
  return isSeq(found) ? found.items.filter((item) => isMap(item)) : []
}

function named(document: Document, list: string, name: string | null): YAMLMap | null {
  return name === null ? null : (mapsOf(document, list).find((row) => textIn(row, 'name') === name) ?? null)
}

/** The list of this name, which is made where there is none. */
function listOf(document: Document, name: string) {
  const found = document.get(name)
  if (isSeq(found)) return found
  const made = document.createNode([])
  document.set(name, made)
  return made
}

function textIn(map: YAMLMap, key: string): string | null {
  const value = map.get(key, true) as unknown
  return isScalar(value) && typeof value.value === 'string' ? value.value : null
}
