import { Document, isMap, isScalar, isSeq } from 'yaml'
import { documentOf, textOf } from './yaml-text.ts'

/** A host at which a tool takes the credentials of a service by its helper, as policy.yaml names it. */
export type HelperHost = {
  readonly service: string
  readonly helper: string
  /** `host` or `host:port`. */
  readonly host: string
}

/** More than the vault reads of this file. */
const LONGEST = 32 * 1024

/**
 * The text of policy.yaml with the host under `services: SERVICE: helpers: HELPER`, with its comments and all else as it
 * was. Empty text: the file is not there yet. Null: it can’t be read.
 */
export function withHelperHost(text: string, { service, helper, host }: HelperHost): string | null {
  const document = text.trim() === '' ? new Document({ version: 1 }) : documentOf(text, LONGEST)
  if (document === null) return null
  const path = ['services', service, 'helpers', helper]
  if (hostsIn(document, path).includes(host)) return text
  const hosts = document.getIn(path)
  if (isSeq(hosts)) hosts.add(host)
  else if (hosts === undefined && isFree(document, path)) {
    const list = document.createNode([host])
    list.flow = true
    document.setIn(path, list)
  } else return null
  return textOf(document, text)
}

/** The text without the host, and without what is empty then. Null: it can not be read, or does not name the host. */
export function withoutHelperHost(text: string, { service, helper, host }: HelperHost): string | null {
  const document = documentOf(text, LONGEST)
  const path = ['services', service, 'helpers', helper]
  if (document === null) return null
  const at = hostsIn(document, path).indexOf(host)
  if (at === -1) return null
  document.deleteIn([...path, at])
  for (let length = path.length; length > 0; length -= 1) {
    const inner = document.getIn(path.slice(0, length))
    const isEmpty = (isSeq(inner) || isMap(inner)) && inner.items.length === 0
    if (isEmpty) document.deleteIn(path.slice(0, length))
  }
  return textOf(document, text)
}

function hostsIn(document: Document, path: readonly string[]): readonly unknown[] {
  const hosts = document.getIn(path)
  return isSeq(hosts) ? hosts.items.map((item) => (isScalar(item) ? item.value : null)) : []
}

/** True if everything above the end of the path is a mapping or not there. */
function isFree(document: Document, path: readonly string[]): boolean {
  return path.slice(0, -1).every((_name, n) => {
    const above = document.getIn(path.slice(0, n + 1))
    return above === undefined || isMap(above)
  })
}
