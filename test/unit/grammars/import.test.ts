import { expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import type { Credential } from '../../../src-main/core/credential-record.ts'
import { START } from '../../../src-main/core/testing/samples.ts'
import type { Found } from '../../../src-main/core/transfer/transfer-ports.ts'
import { apiKeyRows } from '../../../src-main/oauth/providers/providers.ts'
import { createImportReader } from '../../../src-main/storage/transfer/import-reader.ts'
import { mutate } from '../../fault/mutations.ts'
import { pick, type Random } from '../../fault/oauth-input.ts'
import { importCorpus } from '../../support/import-corpus.ts'
import { several, trials, tryAll, upTo } from './trials.ts'

const reader = createImportReader({
  clock: { now: () => START },
  services: apiKeyRows,
  providerOf: (row) => row
})

/** Null: the file is refused as a whole and stays as it is. */
async function read(text: string, fileName: string | null): Promise<Found | null> {
  try {
    return await reader.read({ text: new Secret(text), fileName })
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'INVALID_REQUEST') throw error
    expect(error.message).not.toContain('s3cr3t')
    return null
  }
}

const plain = (secret: Secret): string => secret.expose((text) => text)

function textsOf(credential: Credential): string[] {
  if (credential.kind === 'api-key') return [credential.name, plain(credential.key)]
  if (credential.kind !== 'mcp') throw new Error('No file holds such a credential.')
  const { accessToken, refreshToken, scopes } = credential
  return [plain(accessToken), ...(refreshToken === null ? [] : [plain(refreshToken)]), ...scopes]
}

/** The stored text, and the rest of the file after the secrets are taken out. */
function outcome(found: Found | null, text: string): { readonly stored: string; readonly left: string } {
  if (found === null) return { stored: '', left: text }
  const held = found.entries.flatMap(({ credential }) => (credential === null ? [] : [credential]))
  const stored = held.flatMap((credential) => [JSON.stringify(credential.ref), ...textsOf(credential)])
  const isComplete = held.length > 0 && held.length === found.entries.length && !found.leavesSecrets
  return { stored: stored.join('\n'), left: isComplete ? (found.rest ?? '') : text }
}

const names = [
  'A_KEY',
  'OPENAI_API_KEY',
  'GH_TOKEN',
  'PORT',
  'export B_SECRET',
  'c.password',
  'TOKEN_URL',
  'X',
  'STRIPE_SECRET_KEY_LIVE',
  ' D_KEY',
  '1_KEY'
]
const wrappings = [
  '$',
  '"$"',
  "'$'",
  '`$`',
  '"$',
  "$'",
  '$#x',
  '$ # x',
  '#$',
  '${Y}$',
  '$(pass $)',
  '"a\\"$"',
  '$\\',
  'postgres://a:$@b',
  '-----BEGIN PRIVATE KEY-----$',
  ' $ ',
  '$\r',
  '"$\n"',
  'a $',
  '$=$'
] as const

let count = 0
function newSecret(): string {
  count += 1
  return `s3cr3t${String(count).padStart(7, '0')}abcdefghij`
}

/** A `.env` file of lines that each hold a secret in some way. */
function envFile(random: Random): { readonly text: string; readonly secrets: readonly string[] } {
  const secrets: string[] = []
  const lines = Array.from({ length: 1 + upTo(random, 5) }, () => {
    const secret = newSecret()
    secrets.push(secret)
    const value = pick(random, wrappings).replaceAll('$', () => secret)
    const line = `${pick(random, names)}${pick(random, ['=', ' = ', '= '])}${value}`
    return random() < 0.1 ? `${pick(random, ['#', '# ', '##'])}${line}` : line
  })
  return { text: lines.join(pick(random, ['\n', '\n', '\r\n', '\n\n'])), secrets }
}

const fields = [
  'key',
  'token',
  'secret',
  'apiKey',
  'password',
  'value',
  'note',
  'refresh_token',
  'name',
  'account',
  'url'
] as const
function jsonFile(random: Random): { readonly text: string; readonly secrets: readonly string[] } {
  const secrets: string[] = []
  const secret = (): string => {
    secrets.push(newSecret())
    return secrets.at(-1) ?? ''
  }
  const valueOf = (): unknown =>
    pick<() => unknown>(random, [
      secret,
      secret,
      () => ({ deep: secret() }),
      () => [secret()],
      () => null,
      () => 7
    ])()
  const entry = (): object =>
    Object.fromEntries([
      ['service', pick(random, ['openai', 'stripe', 'own', 7])],
      ...several(random, 3, () => [pick(random, fields), valueOf()])
    ])
  const document = pick<() => unknown>(random, [
    () => [entry(), ...several(random, 2, entry)],
    () => ({ [pick(random, ['credentials', 'keys', 'tokens', 'more'])]: [entry()] }),
    () => Object.fromEntries(several(random, 4, () => [pick(random, names), valueOf()])),
    entry,
    () => [
      {
        serverName: 'files',
        token: { accessToken: secret(), tokenType: 'Bearer', refreshToken: secret(), more: secret() }
      }
    ]
  ])()
  const text = JSON.stringify(document)
  return { text, secrets: secrets.filter((each) => text.includes(each)) }
}

it(
  `no secret of a file is lost: it is stored, or it stays (${trials.toLocaleString('en')} files)`,
  { timeout: 900_000 },
  async () => {
    await tryAll(async (random) => {
      const { text, secrets } = random() < 0.6 ? envFile(random) : jsonFile(random)
      const { stored, left } = outcome(await read(text, null), text)
      const lost = secrets.filter((secret) => !stored.includes(secret) && !left.includes(secret))
      expect([text, lost]).toEqual([text, []])
    })
  }
)

it(
  `a file with damage is read or refused, and what is kept stands in it (${trials.toLocaleString('en')} files)`,
  { timeout: 900_000 },
  async () => {
    await tryAll(async (random) => {
      const { text: good, fileName } = pick(random, importCorpus)
      let bytes: Buffer = Buffer.from(good)
      for (let round = upTo(random, 3); round >= 0; round -= 1)
        if (bytes.length > 0) bytes = mutate(bytes, random)
      const text = bytes.toString('utf8')
      const found = await read(text, fileName)
      for (const { credential } of found?.entries ?? []) {
        if (credential?.kind === 'api-key')
          expect(unescaped(text)).toContain(unescaped(plain(credential.key)))
      }
    })
  }
)

/** Removes the escape signs of the formats, and spaces, which some formats drop. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u[0-9a-f]{4}|.)|\s/gis, '')
}
