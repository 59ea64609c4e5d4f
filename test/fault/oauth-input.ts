import { inspect } from 'node:util'
import { mutate } from './mutations.ts'

/**
 * Random source of the input from the other side of a sign-in: that of an attacker, a proxy or a careless
 * server. The same seed gives the same input.
 */
export type Random = () => number

export const pick = <T>(random: Random, from: readonly T[]): T =>
  from[Math.floor(random() * from.length)] as T

/** Text that stands in place of a secret; a test then looks for it where no secret may be. */
export function canary(random: Random): string {
  const digits = Array.from({ length: 24 }, () => Math.floor(random() * 36).toString(36))
  return `cnry_${digits.join('')}`
}

/** True if a printout of the value, hidden properties included, shows the text or a half of it. */
export function shows(value: unknown, secret: string): boolean {
  const error = value instanceof Error ? [value.message, value.stack, JSON.stringify(value)] : []
  const printed = [inspect(value, { depth: 10, showHidden: true }), ...error].join('\n')
  return printed.includes(secret.slice(5, 17)) || printed.includes(secret.slice(-12))
}

export type RightAnswer = { readonly state: string; readonly issuer: string; readonly secret: string }
type Pair = readonly [name: string, value: string]
type Change = (pairs: readonly Pair[], random: Random, right: RightAnswer) => readonly Pair[]

const names = [
  'state',
  'code',
  'error',
  'iss',
  'State',
  'state[]',
  'co%64e',
  'error_description',
  '',
  '%',
  '__proto__'
]
const values = (right: RightAnswer): readonly string[] => [
  right.state,
  right.issuer,
  right.secret,
  `${right.state}%00`,
  right.state.toUpperCase(),
  right.state.slice(1),
  `${right.issuer}/`,
  'https%3A%2F%2Fevil.example',
  'access_denied',
  `denied"${right.secret}`,
  '',
  '%',
  '%zz',
  '%c3%28',
  '%0d%0aLocation:%20https://evil.example',
  '%F0%9F%94%91',
  '\ud800',
  '+',
  'javascript:alert(1)',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  'x'.repeat(5000)
]

const changes: readonly Change[] = [
  (pairs, random) => pairs.filter((_pair, index) => index !== Math.floor(random() * pairs.length)),
  (pairs, random) => [...pairs, ...pairs.slice(Math.floor(random() * pairs.length)).slice(0, 1)],
  (pairs, random, right) => [...pairs, [pick(random, names), pick(random, values(right))]],
  (pairs, random, right) => [[pick(random, names), pick(random, values(right))], ...pairs],
  (pairs, random, right) => replaced(pairs, random, ([name]) => [name, pick(random, values(right))]),
  (pairs, random) => replaced(pairs, random, ([, value]) => [pick(random, names), value]),
  (pairs, random) => replaced(pairs, random, ([name, value]) => [name, encoded(value, random)]),
  (pairs, random) => replaced(pairs, random, ([name, value]) => [encoded(name, random), value]),
  (pairs, random) => pairs.toSorted(() => random() - 0.5)
]

function replaced(pairs: readonly Pair[], random: Random, by: (pair: Pair) => Pair): readonly Pair[] {
  const chosen = Math.floor(random() * pairs.length)
  return pairs.map((pair, index) => (index === chosen ? by(pair) : pair))
}

/** Returns the text with some characters percent-encoded, which a server reads as the same text. */
function encoded(text: string, random: Random): string {
  const byNumber = (character: string): string =>
    /[\w:/.-]/.test(character) && random() < 0.3
      ? `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`
      : character
  return Array.from(text, byNumber).join('')
}

/** The query of a request to the redirect URI: the right one, or one that differs in up to three ways. */
export function callbackQuery(random: Random, right: RightAnswer): string {
  const outcome: Pair = random() < 0.7 ? ['code', right.secret] : ['error', 'access_denied']
  let pairs: readonly Pair[] = [['state', right.state], outcome, ['iss', encodeURIComponent(right.issuer)]]
  const times = Math.floor(random() * 4)
  for (let time = 0; time < times; time += 1) pairs = pick(random, changes)(pairs, random, right)
  const mark = random() < 0.03 ? ';' : '&'
  const query = pairs.map(([name, value]) => (random() < 0.02 ? name : `${name}=${value}`)).join(mark)
  return random() < 0.1 ? mutate(Buffer.from(query), random).toString('latin1') : query
}

const places: readonly ((redirectUri: string) => string)[] = [
  (uri) => uri.replace('http:', 'https:'),
  (uri) => uri.replace('127.0.0.1', 'localhost'),
  (uri) => uri.replace('//', '//user:word@'),
  (uri) => uri.replace('127.0.0.1', '127.0.0.1.evil.example'),
  (uri) => uri.replace('127.0.0.1', '0x7f.1'),
  (uri) => uri.replace(/:\d+\//, ':1/'),
  (uri) => `${uri}/`,
  (uri) => `${uri}/..`,
  (uri) => uri.toUpperCase(),
  (uri) => `latchkey://callback?${uri}`,
  (uri) => uri.slice(0, -1)
]

/**
 * A whole callback address as a person pastes it: mostly at the right place, with a query of `callbackQuery`.
 */
export function callbackUrl(random: Random, redirectUri: string, right: RightAnswer): string {
  const place = random() < 0.7 ? redirectUri : pick(random, places)(redirectUri)
  const url = `${place}${random() < 0.97 ? '?' : '#'}${callbackQuery(random, right)}`
  const end = pick(random, [
    '',
    '',
    '',
    '',
    ' ',
    '\n',
    '\u0000',
    '#',
    `#${right.secret}`,
    '\r\nHost: evil.example'
  ])
  return `${random() < 0.03 ? ' ' : ''}${url}${end}`
}
