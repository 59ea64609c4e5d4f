import {
  type ApiKeyProvider,
  type OAuthProvider,
  type SurfaceKind,
  canDoWithoutSecret,
  registeredRedirect
} from '../../src-main/core/provider.ts'
import { keyCheckRows } from '../../src-main/oauth/providers/key-checks.ts'

const surfaceWords: Readonly<Record<SurfaceKind, string>> = {
  window: 'the sign-in window',
  browser: 'your browser',
  device: 'a code on any device'
}

/** Text of docs/providers.md about services that a person signs in to. */
export function signInSection(rows: readonly OAuthProvider[]): string {
  return rows.map(signInEntry).join('\n\n')
}

function signInEntry(row: OAuthProvider): string {
  const facts: [string, string][] = [
    ['Bring', bring(row)],
    ['Register', `${registration(row)}${row.help === null ? '' : ` at <${row.help}>`}`],
    ['Sign in by', row.surfaces.map((surface) => surfaceWords[surface]).join(', ')],
    ['Tokens', sentence(tokenFacts(row))],
    ['Signing out', revocation(row)],
    ['Status', `${row.status}, read ${row.checkedOn} in ${row.source}`]
  ]
  const lines = facts.map(([name, text]) => `- **${name}:** ${text}`)
  return [`### ${row.name} (\`${row.id}\`)`, '', ...lines].join('\n')
}

function bring(row: OAuthProvider): string {
  if (row.clientAuth === 'none') return 'a client ID, no secret'
  const isOptional = canDoWithoutSecret(row)
  return `a client ID and a client secret${isOptional ? '; no secret where you sign in by a code' : ''}`
}

function registration(row: OAuthProvider): string {
  const ports = row.redirect.ports.length === 0 ? 'which stands for every port' : 'to the letter'
  return `\`${registeredRedirect(row)}\`, ${ports},`
}

function tokenFacts({ refresh, missingLifetime }: OAuthProvider): string[] {
  return [
    rotation(refresh.rotates),
    ...(refresh.graceSeconds === null
      ? []
      : [`the one before is still taken for ${String(refresh.graceSeconds)} seconds`]),
    ...(refresh.idleDays === null
      ? []
      : [`a sign-in that nobody uses ends after ${String(refresh.idleDays)} days`]),
    ...(refresh.lifeDays === null
      ? []
      : [`a sign-in ends ${String(refresh.lifeDays)} days after it was made, however much it is used`]),
    ...(missingLifetime === 'never' ? ['a token whose answer names no end has none'] : [])
  ]
}

function rotation(rotates: boolean | null): string {
  if (rotates === null) return 'whether a refresh replaces the refresh token is not known'
  return rotates ? 'a refresh replaces the refresh token' : 'the refresh token stays the same'
}

function revocation({ endpoints, accessPage }: OAuthProvider): string {
  if (endpoints.kind !== 'fixed') return 'as its metadata says'
  const place = accessPage === undefined ? '' : ` at <${accessPage}>`
  return endpoints.revocation === null
    ? `deletes here; the provider has no address for it that Latchkey knows, so end it there yourself${place}`
    : 'ends the sign-in at the provider as well'
}

function sentence(parts: readonly string[]): string {
  return parts.join('; ')
}

/** Text of docs/providers.md about services that hand out keys. */
export function keySection(rows: readonly ApiKeyProvider[]): string {
  const checked = new Map(keyCheckRows.map(({ service, method, url }) => [service, `${method} ${url}`]))
  return rows.map((row) => keyEntry(row, checked.get(row.id) ?? null)).join('\n')
}

function keyEntry(
  { name, id, keyPrefixes, allowedHosts, help, source, checkedOn }: ApiKeyProvider,
  check: string | null
) {
  const hosts = allowedHosts.length === 0 ? 'the hosts you name' : allowedHosts.map(code).join(', ')
  const begin =
    keyPrefixes.length === 0
      ? 'has no first letters of its own'
      : `begins with ${keyPrefixes.map(code).join(', ')}`
  return [
    `- **${name}** (\`${id}\`): ${begin}; may go to ${hosts};`,
    check === null ? 'nothing is known that would check it;' : `checked by ${code(check)};`,
    `made at <${String(help)}>. Read ${checkedOn} in ${source}`
  ].join(' ')
}

const code = (text: string): string => `\`${text}\``

/** Puts `text` between the two marks of that name. Throws unless the page has each mark exactly once. */
export function withSection(page: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [before, rest, ...more] = page.split(start)
  const [, after, ...tooMany] = (rest ?? '').split(end)
  if (before === undefined || after === undefined || more.length + tooMany.length > 0) {
    throw new Error(`The page has no section ${name}, or two.`)
  }
  return `${before}${start}\n\n${text}\n\n${end}${after}`
}
