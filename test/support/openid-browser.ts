const MOST_STEPS = 20

type Cookie = { readonly name: string; readonly value: string; readonly path: string }

/** The cookies of one person's browser, for one host. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>()

  absorb(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/'
      const expires = attributes.find((attribute) => /^expires=/i.test(attribute))?.slice(8)
      const isOver = value === '' || (expires !== undefined && Date.parse(expires) < Date.now())
      if (isOver) this.#cookies.delete(`${name} ${path}`)
      else this.#cookies.set(`${name} ${path}`, { name, value, path })
    }
  }

  header(url: string): string {
    const { pathname } = new URL(url)
    const fitting = [...this.#cookies.values()].filter((cookie) => pathname.startsWith(cookie.path))
    fitting.sort((one, other) => other.path.length - one.path.length)
    return fitting.map(({ name, value }) => `${name}=${value}`).join('; ')
  }
}

export type BrowseOptions = {
  readonly login?: string
  readonly jar?: CookieJar
  /** Page on which the person presses Cancel. */
  readonly cancelAt?: 'login' | 'consent'
  /** The network of this browser; default: that of Node. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
}

type Stop = { readonly kind: 'redirect'; readonly url: string }
type Page = { readonly kind: 'page'; readonly url: string; readonly html: string }

/**
 * A person's browser without a window: signs in and allows at a test provider, up to the redirect to the
 * client. Returns that URL without visiting it.
 */
export async function browseToRedirect(
  authorizationUrl: string,
  options: BrowseOptions = {}
): Promise<string> {
  const { login = 'alice', jar = new CookieJar(), cancelAt, fetch = globalThis.fetch } = options
  const isRedirect = redirectTest(authorizationUrl)
  const visit = visitor(fetch, jar)
  let place = await visit(authorizationUrl, isRedirect)
  while (place.kind === 'page') {
    const prompt = /name="prompt" value="(\w+)"/.exec(place.html)?.[1]
    const action = /<form[^>]+action="([^"]+)"/.exec(place.html)?.[1]
    if (prompt === undefined || action === undefined)
      throw new Error(`A page without a form: ${textOf(place.html)}`)
    const fields = prompt === 'login' ? { login, password: 'right' } : {}
    const choice = prompt === cancelAt ? 'cancel' : 'go'
    const form = new URLSearchParams({ prompt, ...fields, choice })
    place = await visit(new URL(action, place.url).href, isRedirect, form)
  }
  return place.url
}

/**
 * Does the same as `browseToRedirect` and delivers the answer to the client. Returns the client's response.
 */
export async function browse(authorizationUrl: string, options: BrowseOptions = {}): Promise<Response> {
  return await fetch(await browseToRedirect(authorizationUrl, options), { redirect: 'manual' })
}

/**
 * Returns a test for the redirect URI. A pushed request hides that address; it is then the first one that
 * leaves the provider.
 */
function redirectTest(authorizationUrl: string): (place: string) => boolean {
  const { origin, searchParams } = new URL(authorizationUrl)
  const redirectUri = searchParams.get('redirect_uri')
  return redirectUri === null
    ? (place) => new URL(place).origin !== origin
    : (place) => place.startsWith(`${redirectUri}?`)
}

type Visit = (
  url: string,
  isRedirect: (place: string) => boolean,
  form?: URLSearchParams
) => Promise<Stop | Page>

function visitor(fetch: NonNullable<BrowseOptions['fetch']>, jar: CookieJar): Visit {
  return async (url, isRedirect, form) => {
    let place = url
    let body = form
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (isRedirect(place)) return { kind: 'redirect', url: place }
      const cookie = jar.header(place)
      const response = await fetch(
        place,
        body === undefined
          ? { redirect: 'manual', headers: { cookie } }
          : { redirect: 'manual', headers: { ...FORM, cookie }, method: 'POST', body: String(body) }
      )
      jar.absorb(response)
      const location = response.headers.get('location')
      if (location === null) return { kind: 'page', url: place, html: await response.text() }
      await response.body?.cancel()
      place = new URL(location, place).href
      body = undefined
    }
    throw new Error('Too many redirects')
  }
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

function textOf(html: string): string {
  return html
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]+>|\s+/g, ' ')
    .slice(0, 300)
}
