import type { ProxyAddress } from '../../core/use/proxy.ts'
import { canonicalHost, portOf } from '../../core/use/target.ts'

/** Returns `host[:port]` in lower case. Null: the host is not written as in an address that was parsed. */
export function hostOf(text: string): string | null {
  const [, name = '', port] = /^(\[[^[\]]*\]|[^:[\]]+)(?::(\d+))?$/.exec(text.toLowerCase()) ?? []
  const isWritten = canonicalHost(name) === name && URL.parse(`https://${name}/`)?.hostname === name
  if (!isWritten || (port !== undefined && portOf(port) === null)) return null
  return port === undefined ? name : `${name}:${port}`
}

/** As `hostOf`, with a port. */
export function localHostOf(text: string): string | null {
  return /:\d+$/.test(text) ? hostOf(text) : null
}

/** Reads `http://host:port` or `https://host:port`. Null: it has another form, such as one with a user name. */
export function proxyOf(text: string): ProxyAddress | null {
  const [, scheme = '', rest = ''] = /^(https?):\/\/(.*)$/is.exec(text) ?? []
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(localHostOf(rest) ?? '') ?? []
  if (host === '') return null
  return { scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http', host, port: Number(port) }
}

/** Reads a host without a port, or `.name` for every name below it. Null: it is neither. */
export function directHostOf(text: string): string | null {
  const [, dot = '', name = ''] = /^(\.?)(.*)$/s.exec(text) ?? []
  // Only a host without a port can be followed by one.
  const host = hostOf(`${name}:1`)?.slice(0, -2)
  return host === undefined ? null : dot + host
}
