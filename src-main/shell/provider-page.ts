import type { Session, WebContents } from 'electron'
import { mayShow, originOf } from './address-rules.ts'
import { guarding } from './guarding.ts'
import { denyEverything } from './web-contents-guard.ts'

const FORBIDDEN = 403

export type PageOrigin = {
  /** Punycode where not ASCII; null before the first page. */
  readonly origin: string | null
  readonly secure: boolean
  readonly expected: boolean
  /** A 403 is `embedded`, as those answer that show nothing in windows of other programs. */
  readonly failure: PageFailure
}

type ProviderPageRules = {
  /** The authorization URL. */
  readonly start: string
  /** Of this attempt; null: the page leads nowhere back. */
  readonly redirectUri: string | null
  /** Lets loopback issuers be shown without TLS; development and tests only. */
  readonly insecureLoopback: boolean
  readonly onOrigin: (origin: PageOrigin) => void
}

/**
 * Rules for the one view that shows a foreign page. Its session is thrown away with it, it has no preload, and it may
 * go to https pages and to this attempt's own redirect URI alone. Providers send people across origins (single
 * sign-on), so the origin is shown and not pinned (`expected-origins.ts` says which are expected).
 */
export function guardProviderPage(contents: WebContents, session: Session, rules: ProviderPageRules): void {
  denyEverything(session)
  session.setSpellCheckerEnabled(false)
  const expected = new ExpectedOrigins(originOf(rules.start))
  const redirect = rules.redirectUri === null ? null : originOf(rules.redirectUri)

  const check = (event: { url: string; preventDefault(): void }): boolean => {
    const allowed = mayShow(event.url, redirect, rules.insecureLoopback)
    if (!allowed) event.preventDefault()
    return allowed
  }
  const shown = (): string => originOf(contents.getURL() || rules.start)
  contents.on(
    'will-navigate',
    guarding((event) => {
      if (check(event))
        expected.begin(event.initiator ? originOf(event.initiator.url) : shown(), originOf(event.url))
    })
  )
  contents.on(
    'will-frame-navigate',
    guarding((event) => void (event.isMainFrame && check(event)))
  )
  contents.on(
    'will-redirect',
    guarding((event) => {
      if (check(event) && event.isMainFrame) expected.redirect(originOf(event.url))
    })
  )
  const tell = (address: string, failure: PageFailure): void => {
    const origin = originOf(address)
    rules.onOrigin({ origin, secure: origin.startsWith('https:'), expected: expected.has(origin), failure })
  }
  contents.on('did-navigate', (_event, _url, status) => {
    expected.arrive()
    tell(contents.getURL(), status === FORBIDDEN ? 'embedded' : 'none')
  })
  contents.on('did-fail-load', (_event, code, _description, url, isMainFrame) => {
    const failure = failureOfLoad(code)
    if (isMainFrame && failure !== 'none') tell(url, failure)
  })
  contents.on('render-process-gone', (_event, { reason }) => {
    const failure = failureOfEnd(reason)
    if (failure !== 'none') tell(contents.getURL() || rules.start, failure)
  })
  const show = (url: string): void => {
    if (contents.isDestroyed()) return
    expected.begin(shown(), originOf(url))
    void contents.loadURL(url).catch(() => undefined)
  }
  contents.setWindowOpenHandler(windowsInPlace((url) => mayShow(url, redirect, rules.insecureLoopback), show))
  // HTTP authentication inside the page: cancelled, a password typed there would bypass the provider's own page.
  contents.on(
    'login',
    guarding((event, _details, authInfo, callback) => {
      if (authInfo.isProxy) return
      event.preventDefault()
      callback()
    })
  )
}

/**
 * A window that a page opens takes the page's own place, once the page is done with the turn that opened it: to load
 * an address inside the handler ends the page while it waits for the answer. Of several in one turn the last is shown.
 */
function windowsInPlace(mayBeShown: (url: string) => boolean, show: (url: string) => void) {
  let wanted: string | null = null
  return ({ url }: { readonly url: string }): { readonly action: 'deny' } => {
    if (!mayBeShown(url)) return { action: 'deny' }
    if (wanted === null) {
      setImmediate(() => {
        if (wanted !== null) show(wanted)
        wanted = null
      })
    }
    wanted = url
    return { action: 'deny' }
  }
}

/** Nothing of the provider's page outlives the attempt. */
export async function wipeSession(session: Session): Promise<void> {
  await Promise.allSettled([session.clearStorageData(), session.clearCache(), session.clearAuthCache()])
}

/**
 * Why a page did not appear. `embedded`: in a window of ours it will not, and in the person's browser it may; that is
 * remembered for the provider, as a 403 is. `unreachable`: the network, the server or its certificate; it says nothing
 * about windows and is not remembered. `none`: nothing failed that a person should know of.
 */
type PageFailure = 'none' | 'unreachable' | 'embedded'

/** Chromium's codes of what never failed: a navigation that was overtaken or refused by a rule of ours. */
const NOTHING: ReadonlySet<number> = new Set([-3, -20])
/** An answer that forbids being shown here, and two ways of asking for a certificate, which no page here is given. */
const EMBEDDED: ReadonlySet<number> = new Set([-27, -110, -117])
/** Ends of a page that are its own; the others are this computer's, which has no memory left or was told to end it. */
const OWN_ENDS: ReadonlySet<string> = new Set([
  'crashed',
  'abnormal-exit',
  'launch-failed',
  'integrity-failure'
])

/** For the code of `did-fail-load`. */
export function failureOfLoad(errorCode: number): PageFailure {
  if (NOTHING.has(errorCode)) return 'none'
  return EMBEDDED.has(errorCode) ? 'embedded' : 'unreachable'
}

/** For the reason of `render-process-gone`. */
export function failureOfEnd(reason: string): PageFailure {
  if (reason === 'clean-exit') return 'none'
  return OWN_ENDS.has(reason) ? 'embedded' : 'unreachable'
}

/**
 * Which origins a sign-in is expected to show: where it began, and where servers send it on from there. A page may send
 * the person anywhere, and so may the server that it names; what comes of that is not expected.
 */
export class ExpectedOrigins {
  readonly #origins: Set<string>
  /** Whether the redirects of the navigation that is under way come from expected places alone. */
  #isTrusted = true

  /** `start`: origin of the address that Latchkey opens. */
  constructor(start: string) {
    this.#origins = new Set([start])
  }

  has(origin: string): boolean {
    return this.#origins.has(origin)
  }

  /** A page, of the origin `from`, begins a navigation to an address of the origin `to`. */
  begin(from: string, to: string): void {
    this.#isTrusted = this.has(from) && this.has(to)
  }

  /** The server of the navigation that is under way sends it to an address of this origin. */
  redirect(to: string): void {
    if (this.#isTrusted) this.#origins.add(to)
  }

  /** The navigation is done; one that nobody announces, such as a step back, extends nothing. */
  arrive(): void {
    this.#isTrusted = false
  }
}
