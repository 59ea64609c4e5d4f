// The app's own schemes, mainly `app://`: their addresses in Chromium, and the rights of their pages.
//
// Stock Chromium loads no app:// document: a navigation to an unknown scheme ends without a request. So
// Chromium gets https://host.app.invalid/path for app://host/path. An https page may do more than a page of a
// custom scheme in Electron, so this file and `ownSchemeShim` enforce the rules that differ.

/** The same as Electron's `CustomScheme.privileges`; absent is false. */
export type Privileges = {
  readonly standard?: boolean
  readonly secure?: boolean
  readonly bypassCSP?: boolean
  readonly allowServiceWorkers?: boolean
  readonly supportFetchAPI?: boolean
  readonly corsEnabled?: boolean
  readonly [noted: string]: unknown
}

/** The rights of a scheme's pages. `hostEnd`: the end of their host names in Chromium: `.app.invalid`. */
type PageRules = {
  readonly hostEnd: string
  readonly allowServiceWorkers: boolean
  readonly supportFetchAPI: boolean
}

const privileged = new Map<string, Privileges>()

export const schemes = {
  /** Throws for privileges that do not fit an https page: the host can show only https pages. */
  add(scheme: string, privileges: Privileges): void {
    if (privileges.standard !== true || privileges.secure !== true || privileges.bypassCSP === true) {
      throw new Error(`electron host: only standard, secure schemes under CSP are implemented, not ${scheme}`)
    }
    privileged.set(scheme, privileges)
  },
  toChromium(url: string): string {
    const [, scheme = '', host = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url) ?? []
    return privileged.has(scheme) ? `https://${host}.${scheme}.invalid${rest || '/'}` : url
  },
  fromChromium(url: string): string {
    const [, host, scheme = '', rest = ''] = /^https:\/\/([^/?#]+)\.([^/?#.]+)\.invalid(.*)$/.exec(url) ?? []
    return privileged.has(scheme) ? `${scheme}://${host}${rest}` : url
  },
  schemeOf: (url: string) => /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '',
  isMapped: (scheme: string) => privileged.has(scheme),
  /**
   * False for a request that needs the permission of another origin (CORS) without `corsEnabled`, even if the
   * response permits it.
   */
  mayRequest(url: string, isCrossOrigin: boolean): boolean {
    return !isCrossOrigin || privileged.get(schemes.schemeOf(url))?.corsEnabled === true
  },
  /** Returns the rules of the schemes for `ownSchemeShim`. */
  pageRules: (): PageRules[] =>
    [...privileged].map(([scheme, { allowServiceWorkers = false, supportFetchAPI = false }]) => ({
      hostEnd: `.${scheme}.invalid`,
      allowServiceWorkers,
      supportFetchAPI
    }))
}

/**
 * Runs in a page before its own scripts; sent to Chromium as text. A page of the app's own scheme has no
 * cookies; it has service workers and `fetch()` of its own files only if the scheme is allowed them.
 */
export function ownSchemeShim(rules: PageRules[]): void {
  const own = rules.find(({ hostEnd }) => location.hostname.endsWith(hostEnd))
  if (own === undefined) return
  Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} })
  const refuse = (what: string): Promise<never> =>
    Promise.reject(new TypeError(`${what}: the scheme of this page is not supported.`))
  if (!own.allowServiceWorkers) {
    ServiceWorkerContainer.prototype.register = () => refuse('Failed to register a ServiceWorker')
  }
  if (own.supportFetchAPI) return
  const { fetch } = window
  window.fetch = (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input, document.baseURI)
    return address.origin === location.origin ? refuse('Failed to fetch') : fetch(input, init)
  }
}
