import { CookieJar } from './openid-browser.ts'

export type DeviceVisit = {
  readonly login?: string
  /** Page on which the person presses Cancel. */
  readonly cancelAt?: 'code' | 'login' | 'consent'
}

const MOST_STEPS = 20

/**
 * A person on another device: opens the page, types the code if the address does not hold it, and allows.
 * Returns the last page's heading.
 */
export async function allowDevice(
  address: string,
  userCode: string,
  visit: DeviceVisit = {}
): Promise<string> {
  const jar = new CookieJar()
  let page = await open(jar, address)
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const action = /<form[^>]+action="([^"]+)"/.exec(page.html)?.[1]
    if (action === undefined) break
    page = await open(jar, new URL(action, page.url).href, answersTo(page.html, userCode, visit))
  }
  return /<h1>([^<]*)/.exec(page.html)?.[1] ?? ''
}

function answersTo(
  html: string,
  userCode: string,
  { login = 'alice', cancelAt }: DeviceVisit
): URLSearchParams {
  const form = new URLSearchParams()
  const first = html.split('</form>')[0] ?? ''
  for (const [, name = '', value = ''] of first.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
    form.set(name, value)
  }
  const prompt = form.get('prompt')
  if (prompt === null) {
    if (!form.has('user_code')) form.set('user_code', userCode)
    if (form.has('confirm') && cancelAt === 'code') form.set('abort', 'yes')
    return form
  }
  if (prompt === 'login') form.set('login', login)
  form.set('choice', prompt === cancelAt ? 'cancel' : 'go')
  return form
}

async function open(
  jar: CookieJar,
  url: string,
  form?: URLSearchParams
): Promise<{ readonly url: string; readonly html: string }> {
  let place = url
  let body = form
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const response = await fetch(place, {
      method: body === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: jar.header(place) },
      ...(body === undefined ? {} : { body })
    })
    jar.absorb(response)
    const location = response.headers.get('location')
    if (location === null) return { url: place, html: await response.text() }
    await response.body?.cancel()
    place = new URL(location, place).href
    body = undefined
  }
  throw new Error('Too many redirects')
}
