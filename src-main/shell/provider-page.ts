import type { Session, WebContents } from 'electron'
import { mayShow, originOf } from './address-rules.ts'
import { guarding } from './guarding.ts'
import { denyEverything } from './web-contents-guard.ts'

const FORBIDDEN = 403

export type PageOrigin = {
  /** The origin, in Punycode if it is not ASCII; null before the first page. */
  readonly origin: string | null
  readonly secure: boolean
  readonly expected: boolean
  /** Failure of the page. A 403 is `embedded`: providers that refuse windows of other programs answer so. */
  readonly failure: PageFailure
}

type ProviderPageRules = {
  /** The authorization URL. */
  readonly start: string
  /** Redirect URI of this attempt; null: the page does not lead back. */
  readonly redirectUri: string | null
  /** Allows loopback issuers without TLS; development and tests only. */
  readonly insecureLoopback: boolean
  readonly onOrigin: (origin: PageOrigin) => void
}

/**
 * Applies the rules for the one view that shows a foreign page. Its session is discarded with it, it has no
 * preload, and it may only go to https pages and to this attempt's own redirect URI. Providers send people
 * across origins (single sign-on), so the origin is shown and not pinned (`ExpectedOrigins` knows the
 * expected ones).
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
  // HTTP authentication inside the page is cancelled: a password typed there would bypass the provider's own
  // page.
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
 * Shows a window that a page opens in the page's own place, in a later turn: a load inside the handler would
 * end the page while it waits for the answer. If a page opens several in one turn, the last is shown.
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

/** Clears the session, so that nothing of the provider's page outlives the attempt. */
export async function wipeSession(session: Session): Promise<void> {
  await Promise.allSettled([session.clearStorageData(), session.clearCache(), session.clearAuthCache()])
}

/**
 * The reason why a page did not appear. `embedded`: it does not appear in our window, but may in the person's
 * browser; that is remembered for the provider, as a 403 is. `unreachable`: the network, the server or its
 * certificate; it says nothing about windows and is not remembered. `none`: no failure that the person should
 * know of.
 */
type PageFailure = 'none' | 'unreachable' | 'embedded'

/**
 * Chromium's codes that are no failure: a navigation was overtaken by another or refused by our own rules.
 */
const NOTHING: ReadonlySet<number> = new Set([-3, -20])
/**
 * Codes of an answer that must not be shown here, and of two requests for a client certificate, which pages
 * here do not get.
 */
const EMBEDDED: ReadonlySet<number> = new Set([-27, -110, -117])
/**
 * Ends that the page itself causes; this computer causes the others, because it has no memory left or was
 * told to end the page.
 */
const OWN_ENDS: ReadonlySet<string> = new Set([
  'crashed',
  'abnormal-exit',
  'launch-failed',
  'integrity-failure'
])

/** The failure for an error code of `did-fail-load`. */
export function failureOfLoad(errorCode: number): PageFailure {
  if (NOTHING.has(errorCode)) return 'none'
  return EMBEDDED.has(errorCode) ? 'embedded' : 'unreachable'
}

/** The failure for a reason of `render-process-gone`. */
export function failureOfEnd(reason: string): PageFailure {
  if (reason === 'clean-exit') return 'none'
  return OWN_ENDS.has(reason) ? 'embedded' : 'unreachable'
}

/**
 * The origins that a sign-in is expected to show: its start, and those to which servers redirect from there.
 * A page may send the person anywhere, and so may the server that it names; origins reached that way are not
 * expected.
 */
export class ExpectedOrigins {
  readonly #origins: Set<string>
  /** True if the redirects of the current navigation come only from expected origins. */
  #isTrusted = true

  /** `start`: origin of the address that Latchkey opens. */
  constructor(start: string) {
    this.#origins = new Set([start])
  }

  has(origin: string): boolean {
    return this.#origins.has(origin)
  }

  /** Notes that a page of the origin `from` begins a navigation to an address of the origin `to`. */
  begin(from: string, to: string): void {
    this.#isTrusted = this.has(from) && this.has(to)
  }

  /** Notes that the server of the current navigation redirects it to an address of this origin. */
  redirect(to: string): void {
    if (this.#isTrusted) this.#origins.add(to)
  }

  /** Notes that the navigation is done; an unannounced one, such as a step back, adds no origin. */
  arrive(): void {
    this.#isTrusted = false
  }
}
