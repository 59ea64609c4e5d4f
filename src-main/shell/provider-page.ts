import type { Session, WebContents } from 'electron'
import { mayShow, originOf } from './address-rules.ts'
import { ExpectedOrigins } from './expected-origins.ts'
import { guarding } from './guarding.ts'
import { failureOfEnd, failureOfLoad, type PageFailure } from './page-failure.ts'
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
