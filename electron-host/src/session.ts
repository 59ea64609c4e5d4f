// `session` and `protocol`: one Chromium browser context per partition.
import { lookup } from 'node:dns/promises'
import { app } from './app.ts'
import { guarded, HostObject, HostValue } from './base.ts'
import type { Json } from './cdp.ts'
import { browser } from './chromium.ts'
import { watchDownloads } from './downloads.ts'
import { hostFetch, type FetchInit } from './host-fetch.ts'
import { Permissions, type CheckHandler, type DeviceHandler, type RequestHandler } from './permissions.ts'
import { Protocol, WebRequest } from './protocol.ts'

type CookieFilter = { url?: string; name?: string; domain?: string }
/** The members that a session uses of its pages. */
type Page = { forget(what: 'storage' | 'cache'): Promise<void>; owns(frameId: string): boolean }

class Cookies extends HostValue {
  readonly #send: (method: string) => Promise<Json>
  constructor(send: (method: string) => Promise<Json>) {
    super()
    this.#send = send
  }
  async get(filter: CookieFilter): Promise<Json[]> {
    const { cookies } = await this.#send('Storage.getCookies')
    const wanted = filter.domain ?? (filter.url && new URL(filter.url).hostname)
    return cookies.filter((cookie: Json) => {
      const domain = cookie.domain.replace(/^\./, '')
      const fits = !wanted || wanted === domain || wanted.endsWith(`.${domain}`)
      return fits && (filter.name === undefined || cookie.name === filter.name)
    })
  }
}

async function createContext(): Promise<string> {
  const { root } = await browser
  return (await root.send('Target.createBrowserContext', { disposeOnDetach: true })).browserContextId
}

export class Session extends HostObject<'will-download'> {
  readonly protocol = new Protocol()
  readonly webRequest = new WebRequest()
  readonly cookies = new Cookies((method) => this.send(method))
  /** For the host: the open pages, and the permission handlers. */
  readonly pages = new Set<Page>()
  readonly permissions = new Permissions((method, params) => this.send(method, params))
  /** Undefined for the default session: Chromium's default context, on disk. All others are in memory. */
  readonly contextId: Promise<string | undefined>

  constructor(partition: string) {
    super()
    this.contextId = partition === '' ? browser.then(() => undefined) : createContext()
    const find = (frameId: string): object | undefined => [...this.pages].find((page) => page.owns(frameId))
    this.prepared = Promise.all([this.permissions.denyAll(), watchDownloads(this, find)])
    this.prepared.catch(() => undefined) // Chromium ended first
  }
  /** For the host: pages of this session start only after it resolves. */
  readonly prepared: Promise<unknown>

  /** For the host: sends a command about this session's browser context. */
  async send(method: string, params: object = {}): Promise<Json> {
    return (await browser).root.send(method, { ...params, browserContextId: await this.contextId })
  }
  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.permissions.onRequest = handler
  }
  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.permissions.onCheck = handler
  }
  /** Never called: the handler is for devices, and headless Chromium has none. */
  setDevicePermissionHandler(_handler: DeviceHandler | null): void {}
  /** Does nothing: headless Chromium has no spell checker. */
  setSpellCheckerEnabled(_enable: boolean): void {}

  async fetch(input: string | Request, init?: FetchInit): Promise<Response> {
    const cookiesFor = async (url: string): Promise<string> =>
      (await this.cookies.get({ url })).map(({ name, value }) => `${name}=${value}`).join('; ')
    return hostFetch({ cookiesFor, handlerFor: (url) => this.protocol.handlerFor(url) }, input, init)
  }
  /** Always direct: the stand-in uses no proxy of the system. */
  async resolveProxy(_url: string): Promise<string> {
    return 'DIRECT'
  }
  async resolveHost(host: string): Promise<{ endpoints: { address: string; family: 'ipv4' | 'ipv6' }[] }> {
    const found = await lookup(host, { all: true })
    return {
      endpoints: found.map(({ address, family }) => ({ address, family: family === 6 ? 'ipv6' : 'ipv4' }))
    }
  }
  /** Clears cookies of the whole partition, and other storage of the origins of its open pages. */
  async clearStorageData(): Promise<void> {
    await this.send('Storage.clearCookies')
    await Promise.all([...this.pages].map((page) => page.forget('storage')))
  }
  async clearCache(): Promise<void> {
    await Promise.all([...this.pages].map((page) => page.forget('cache')))
  }
  /** Does nothing: the credentials come from the app's `login` listener each time and are not kept. */
  async clearAuthCache(): Promise<void> {}
}

const sessions = new Map<string, Session>()

/** For the host: returns the session of a partition, even before the app is ready. */
export function sessionOf(partition: string): Session {
  let found = sessions.get(partition)
  if (!found) sessions.set(partition, (found = new Session(partition)))
  return found
}

function onceReady(partition: string): Session {
  if (!app.isReady()) throw new Error('Session can only be received when app is ready')
  return sessionOf(partition)
}

export const session = guarded('session', {
  fromPartition: (partition: string, _options?: { cache?: boolean }): Session => onceReady(partition),
  get defaultSession(): Session {
    return onceReady('')
  }
})

export const protocol: Omit<Protocol, 'handlerFor'> = guarded('protocol', {
  registerSchemesAsPrivileged: (list) => {
    if (app.isReady()) {
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    }
    sessionOf('').protocol.registerSchemesAsPrivileged(list)
  },
  handle: (scheme, handler) => sessionOf('').protocol.handle(scheme, handler),
  unhandle: (scheme) => sessionOf('').protocol.unhandle(scheme),
  isProtocolHandled: (scheme) => sessionOf('').protocol.isProtocolHandled(scheme)
})
