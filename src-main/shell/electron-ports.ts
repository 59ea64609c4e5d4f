import { type Session, session, shell, utilityProcess } from 'electron'
import { browserAddress } from './address-rules.ts'
import type { Clock } from '../core/ports.ts'
import { helperOver } from './helper-over.ts'

/**
 * Chromium's network: the system's proxy and certificates, no cookies, nothing on disk. Its session is its
 * own, never the sign-in window's. To be called after `ready`.
 */
export function networkFetch(): typeof globalThis.fetch {
  const network = networkSession()
  return async (input, init) =>
    await network.fetch(input instanceof URL ? input.href : input, {
      ...init,
      bypassCustomProtocolHandlers: true
    })
}

/**
 * Returns the addresses of this host. Empty behind a proxy, which resolves names itself. To be called after
 * `ready`.
 */
export async function addressesOf(hostname: string): Promise<readonly string[]> {
  const network = networkSession()
  if ((await network.resolveProxy(`https://${hostname}/`)) !== 'DIRECT') return []
  const { endpoints } = await network.resolveHost(hostname.replace(/^\[|\]$/g, ''))
  return endpoints.map(({ address }) => address)
}

const networkSession = (): Session => session.fromPartition('oauth-net', { cache: false })

/**
 * Opens an address in the person's browser; there is no other way out (Electron security checklist, item 15).
 * Throws PROVIDER_REFUSED for an address that `browserAddress` refuses.
 */
export async function openInBrowser(url: string, insecureLoopback: boolean): Promise<void> {
  await shell.openExternal(browserAddress(url, insecureLoopback))
}

/** The wall clock and Node's timers; an alarm does not keep the process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    timer.unref()
    return () => clearTimeout(timer)
  }
}

/** Starts a utility process of Electron: fuses disable `child_process.fork` in the packaged binary. */
export function forkUtility(modulePath: string, serviceName: string, env: Record<string, string>) {
  return helperOver(utilityProcess.fork(modulePath, [], { serviceName, env, stdio: 'ignore' }))
}
