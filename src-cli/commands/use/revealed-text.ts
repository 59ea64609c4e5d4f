import { UsageError } from '../../terminal/command.ts'

/** A variable, the service whose value it is to hold, and the host that `--host` names. */
export type RevealWish = { readonly name: string; readonly service: string; readonly host: string | null }

type ComposerPlace = { readonly part: string; readonly host: string }

/** The parts of COMPOSER_AUTH that Composer has for services of its own accord. */
const composerPlaces: Readonly<Record<string, ComposerPlace>> = {
  github: { part: 'github-oauth', host: 'github.com' },
  'github-app': { part: 'github-oauth', host: 'github.com' },
  'github-token': { part: 'github-oauth', host: 'github.com' },
  gitlab: { part: 'gitlab-token', host: 'gitlab.com' },
  'gitlab-oauth': { part: 'gitlab-oauth', host: 'gitlab.com' }
}

/**
 * Checks a wish before anything is asked. Throws UsageError if Composer is to get a value and nothing says for which host.
 */
export function checkReveal(wish: RevealWish): void {
  if (wish.name === 'COMPOSER_AUTH' && composerPlace(wish) === null) {
    throw new UsageError('COMPOSER_AUTH holds values by host: name the host with --host.')
  }
}

/**
 * What the variable is to hold: the value itself, but in COMPOSER_AUTH the JSON that Composer reads, beside what is in
 * `before` (getcomposer.org: Authentication for privately hosted packages). Null: nothing is in it yet.
 */
export function revealedText(wish: RevealWish, value: string, before: string | null): string {
  const place = wish.name === 'COMPOSER_AUTH' ? composerPlace(wish) : null
  if (place === null) return value
  const held = before === null ? {} : (JSON.parse(before) as Record<string, Record<string, string>>)
  return JSON.stringify({ ...held, [place.part]: { ...held[place.part], [place.host]: value } })
}

function composerPlace({ service, host }: RevealWish): ComposerPlace | null {
  const known = Object.hasOwn(composerPlaces, service) ? composerPlaces[service] : undefined
  if (known !== undefined) return { ...known, host: host ?? known.host }
  return host === null ? null : { part: 'bearer', host }
}
