// The app's own schemes, `app://` above all: how Chromium is shown them, and what their pages may do.
//
// Stock Chromium loads no app:// document: a navigation to a scheme that it does not know ends without a request.
// So app://host/path is shown to it as https://host.app.invalid/path. An https page may do more than a page of a
// custom scheme in Electron, so the rules that differ are kept here and in `ownSchemeShim`.

/** As Electron's `CustomScheme.privileges`; absent is false. */
export type Privileges = {
  readonly standard?: boolean
  readonly secure?: boolean
  readonly bypassCSP?: boolean
  readonly allowServiceWorkers?: boolean
  readonly supportFetchAPI?: boolean
  readonly corsEnabled?: boolean
  readonly [noted: string]: unknown
}

/** What the pages of a scheme may do. `hostEnd`: the end of the host names Chromium knows them by: `.app.invalid`. */
type PageRules = {
  readonly hostEnd: string
  readonly allowServiceWorkers: boolean
  readonly supportFetchAPI: boolean
}

const privileged = new Map<string, Privileges>()

export const schemes = {
  /** Throws for privileges under which a page would be no https page: nothing else can be shown here. */
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
  /** False for a request that needs another origin's leave (CORS) without `corsEnabled`, whatever its answer allows. */
  mayRequest(url: string, isCrossOrigin: boolean): boolean {
    return !isCrossOrigin || privileged.get(schemes.schemeOf(url))?.corsEnabled === true
  },
  /** What `ownSchemeShim` has to know of the schemes. */
  pageRules: (): PageRules[] =>
    [...privileged].map(([scheme, { allowServiceWorkers = false, supportFetchAPI = false }]) => ({
      hostEnd: `.${scheme}.invalid`,
      allowServiceWorkers,
      supportFetchAPI
    }))
}

/**
 * Runs in a page before its own scripts; sent to Chromium as text. A page of the app's own scheme has no cookies, and
 * service workers and `fetch()` of its own files only if the scheme is allowed them.
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
