/** Where the way out of this network begins. */
export type ProxyAddress = {
  /** How the proxy itself is spoken to; inside the tunnel there is TLS with the server in both cases. */
  readonly scheme: 'http' | 'https'
  /** In lower case; an IPv6 address in brackets. May be an address or a name of a private network. */
  readonly host: string
  readonly port: number
}

export type ProxyRules = {
  /** Null: every host is reached directly. */
  readonly proxy: ProxyAddress | null
  /** Hosts in lower case that are reached directly: a name, or `.name` for every name below it. */
  readonly noProxy: readonly string[]
}

/** Returns the proxy through which a host is reached. Null: it is reached directly. */
export function proxyFor({ proxy, noProxy }: ProxyRules, host: string): ProxyAddress | null {
  const isDirect = noProxy.some((entry) => (entry.startsWith('.') ? host.endsWith(entry) : host === entry))
  return isDirect ? null : proxy
}
