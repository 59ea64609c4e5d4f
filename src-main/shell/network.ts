import { type Session, session } from 'electron'

/**
 * The network of Chromium: the system's proxy and certificates, no cookies, nothing on disk. A session of its own and
 * never the sign-in window's. To be called after `ready`.
 */
export function networkFetch(): typeof globalThis.fetch {
  const network = networkSession()
  return async (input, init) =>
    await network.fetch(input instanceof URL ? input.href : input, {
      ...init,
      bypassCustomProtocolHandlers: true
    })
}

/** The addresses that requests to this host go to. Empty behind a proxy, which resolves names itself. After `ready`. */
export async function addressesOf(hostname: string): Promise<readonly string[]> {
  const network = networkSession()
  if ((await network.resolveProxy(`https://${hostname}/`)) !== 'DIRECT') return []
  const { endpoints } = await network.resolveHost(hostname.replace(/^\[|\]$/g, ''))
  return endpoints.map(({ address }) => address)
}

const networkSession = (): Session => session.fromPartition('oauth-net', { cache: false })
