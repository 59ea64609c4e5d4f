import { membersOf } from './jsonc-text.ts'

/** A remote MCP server that a host's configuration names with a token in plain text. */
export type RemoteServer = {
  readonly name: string
  readonly url: string
  /** `host`, with a port if it is not 443. */
  readonly host: string
  readonly token: string
  /** What the configuration says of it, without the token. */
  readonly rest: Readonly<Record<string, unknown>>
}

type Found = {
  readonly servers: readonly RemoteServer[]
  /** Names of the servers with a secret that can not be taken over. */
  readonly others: readonly string[]
}

/** The remote servers of a configuration. Null: the text is no JSON, or `outer` is no object in it. */
export function remoteServersIn(text: string, outer: string): Found | null {
  const members = membersOf(text, outer)
  if (members === null) return null
  const servers: RemoteServer[] = []
  const others: string[] = []
  for (const [name, value] of members) {
    const found = remoteServer(name, value)
    if (found === 'other') others.push(name)
    else if (found !== null) servers.push(found)
  }
  return { servers, others }
}

type Fields = Readonly<Record<string, unknown>>

/** Null: it is none, or it has no secret in clear. `other`: it has one of another form. */
function remoteServer(name: string, value: unknown): RemoteServer | 'other' | null {
  const { headers = {}, ...rest } = fieldsOf(value) ?? {}
  const { url } = rest
  const all = Object.entries(fieldsOf(headers) ?? {})
  if (typeof url !== 'string' || all.length === 0) return null
  const bearers = all.flatMap(([header, text]) => {
    const token =
      header.toLowerCase() === 'authorization' ? /^Bearer +(\S+)$/i.exec(String(text))?.[1] : undefined
    return token === undefined ? [] : [{ header, token }]
  })
  const secrets = all.filter(([header, text]) => mayBeSecret(header, String(text)))
  const [bearer] = bearers
  const address = URL.canParse(url) ? new URL(url) : null
  if (secrets.length === 0) return null
  if (bearer === undefined || secrets.length > 1 || address?.protocol !== 'https:') return 'other'
  if (address.username !== '' || address.password !== '' || isPlaceholder(url)) return 'other'
  const kept = Object.fromEntries(all.filter(([header]) => header !== bearer.header))
  return {
    name,
    url,
    host: address.host,
    token: bearer.token,
    rest: { ...rest, ...(Object.keys(kept).length > 0 && { headers: kept }) }
  }
}

/** A header that speaks of who asks; a placeholder is filled in by the host and is no secret. */
const mayBeSecret = (header: string, text: string): boolean =>
  /auth|token|key|secret|cookie/i.test(header) && !isPlaceholder(text)

const isPlaceholder = (text: string): boolean => text.includes('${')

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
