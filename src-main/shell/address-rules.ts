import { VaultError } from '#shared/problem.ts'

export const APP_ORIGIN = 'app://vault'
const MAX_LENGTH = 8192

/** True only for `app://vault/<page>`, with any fragment. */
export function isAppPage(url: string, page: string): boolean {
  const address = URL.parse(url)
  return (
    address !== null &&
    address.protocol === 'app:' &&
    address.host === 'vault' &&
    address.username === '' &&
    address.password === '' &&
    address.search === '' &&
    address.pathname === `/${page}`
  )
}

/**
 * True for an address that the provider's page may show: https without credentials, this attempt's redirect
 * URI, loopback if allowed.
 */
export function mayShow(url: string, redirectOrigin: string | null, insecureLoopback: boolean): boolean {
  const address = URL.parse(url)
  if (address === null || address.username !== '' || address.password !== '') return false
  if (address.protocol === 'https:') return true
  if (address.protocol !== 'http:') return false
  return address.origin === redirectOrigin || (insecureLoopback && address.hostname === '127.0.0.1')
}

/** The origin of an address; empty for an invalid one. */
export function originOf(url: string): string {
  return URL.parse(url)?.origin ?? ''
}

/**
 * Returns the address in the form in which it may be given to the person's browser. Throws PROVIDER_REFUSED
 * for anything but a plain https address; http is allowed only for 127.0.0.1 with `insecureLoopback`. The
 * message does not hold the address.
 */
export function browserAddress(url: string, insecureLoopback: boolean): string {
  const address = url.length <= MAX_LENGTH && /^[\x21-\x7e]+$/.test(url) ? URL.parse(url) : null
  if (address === null || address.username !== '' || address.password !== '') throw refused()
  const isSafe =
    address.protocol === 'https:' ||
    (insecureLoopback && address.protocol === 'http:' && address.hostname === '127.0.0.1')
  if (!isSafe) throw refused()
  return address.href
}

const refused = (): VaultError =>
  new VaultError('PROVIDER_REFUSED', { message: 'Latchkey does not open that address in a browser.' })
