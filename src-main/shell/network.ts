import { session } from 'electron'

/**
 * The network of Chromium: the system's proxy and certificates, no cookies, nothing on disk. A session of its own and
 * never the sign-in window's. To be called after `ready`.
 */
export function networkFetch(): typeof globalThis.fetch {
  const network = session.fromPartition('oauth-net', { cache: false })
  return async (input, init) =>
    await network.fetch(input instanceof URL ? input.href : input, {
      ...init,
      bypassCustomProtocolHandlers: true
    })
}
