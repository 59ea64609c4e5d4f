import { expect, it } from 'vitest'
import { challengeParameters } from '../../../src-main/oauth/http/www-authenticate.ts'
import { mutate } from '../../fault/mutations.ts'
import { pick, type Random } from '../../fault/oauth-input.ts'
import { several, trials, tryAll, upTo } from './trials.ts'

const names = ['scope', 'error', 'resource_metadata', 'realm', 'Scope', 'ERROR', 'x-scope', "it's"]
const tokens = ['read', 'files:write', 'invalid_token', 'a.b~c', 'https://mcp.example/meta', '%73cope', '*']
const texts = [
  'scope=admin',
  ', scope="admin"',
  'Bearer scope=admin',
  'a b c',
  '',
  'a\\b',
  'quote " in it',
  'Basic realm=x, error=y',
  'é',
  '='
]
const spaces = ['', '', ' ', '\t', '  ']

type Written = { readonly text: string; readonly bearers: readonly ReadonlyMap<string, string>[] }

/** A header by the grammar, and the parameters of its Bearer challenges. */
function header(random: Random): Written {
  const bearers: Map<string, string>[] = []
  const challenges = Array.from({ length: 1 + upTo(random, 3) }, () => {
    const scheme = pick(random, ['Bearer', 'bearer', 'BEARER', 'Basic', 'DPoP', 'Negotiate'])
    const said = new Map<string, string>()
    if (scheme.toLowerCase() === 'bearer') bearers.push(said)
    if (scheme === 'Negotiate') return `${scheme}${pick(random, ['', ' YWJj', ' YWJj=='])}`
    const parameters = several(random, 4, () => parameter(random, said))
    return parameters.length === 0
      ? scheme
      : `${scheme} ${parameters.join(`${pick(random, spaces)},${pick(random, spaces)}`)}`
  })
  return { text: challenges.join(`${pick(random, spaces)}, ${pick(random, spaces)}`), bearers }
}

function parameter(random: Random, said: Map<string, string>): string {
  const name = pick(random, names)
  const isQuoted = random() < 0.6
  const value = pick(random, isQuoted ? texts : tokens)
  const key = name.toLowerCase()
  if (!said.has(key)) said.set(key, value)
  const written = isQuoted ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : value
  return `${name}${pick(random, spaces)}=${pick(random, spaces)}${written}`
}

const asked = ['scope', 'error', 'resource_metadata'] as const

it(
  `a WWW-Authenticate says what its Bearer challenges say and nothing else (${trials.toLocaleString('en')} headers)`,
  { timeout: 900_000 },
  async () => {
    await tryAll((random) => {
      const { text, bearers } = header(random)
      for (const name of asked) {
        const right = bearers.flatMap((said) => said.get(name) ?? [])
        expect([text, challengeParameters(text, name)]).toEqual([text, right])
      }
      const broken = mutate(Buffer.from(text), random).toString('latin1')
      for (const value of asked.flatMap((name) => challengeParameters(broken, name))) {
        expect(broken.replaceAll('\\', '')).toContain(value.replaceAll('\\', ''))
      }
    })
  }
)
