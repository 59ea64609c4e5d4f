export type WebPlace = { readonly host: string; readonly path: string }

/**
 * Host (with the port if it is not the usual one) and path of an address that may be given a secret: of https, or of http on
 * this computer. Null: the text is another thing.
 */
export function webPlace(text: string): WebPlace | null {
  if (!URL.canParse(text)) return null
  const { protocol, hostname, host, pathname } = new URL(text)
  if (host === '' || !(protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)))) return null
  return { host, path: pathname }
}

const isLoopback = (name: string): boolean => /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(name)
