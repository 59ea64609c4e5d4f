import { join } from 'node:path'
import { openCatalog } from '../../src-main/storage/catalog/catalog.ts'
import { StoredCredentialRepository } from '../../src-main/storage/repository/credential-repository.ts'
import { SecureStore } from '../../src-main/storage/secure-store.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { sampleProvider } from '../../src-main/core/testing/samples.ts'
import type { Credential, OAuthGrant } from '../../src-main/core/credential-record.ts'

/** `overflow`: the keychain, with items so short that every value goes to a sealed file. */
export const crashStores = ['files', 'keychain', 'overflow'] as const
export type CrashStore = (typeof crashStores)[number]

export const refOf = (account: string): { service: string; account: string } => ({
  service: 'crash.example.net',
  account
})

export async function openCrashStore(dir: string, kind: CrashStore): Promise<StoredCredentialRepository> {
  const catalog = await openCatalog(join(dir, 'catalog.db'))
  const store = new SecureStore(`latchkey-crash-${kind}`, {
    fallbackDir: join(dir, 'secrets'),
    fallbackPolicy: kind === 'files' ? 'allow' : 'deny',
    forceFiles: kind === 'files',
    ...(kind === 'overflow' ? { maxItemLength: 200 } : {}),
    overflowGraceMs: 0,
    knownKeys: () => catalog.keys(),
    residence: (key) => catalog.backendOf(key)
  })
  return new StoredCredentialRepository({ store, catalog, clock: { now: () => new Date() } })
}

/** A grant whose two tokens have the same number, so that a mixture of two grants is found. */
export function grantOf(account: string, version: number): OAuthGrant {
  const token = (name: string): Secret =>
    new Secret(`${name}-${version}-${'x'.repeat((version * 37) % 3000)}`)
  const at = new Date(1_700_000_000_000 + version * 1000)
  return {
    kind: 'oauth',
    ref: refOf(account),
    provider: {
      ...sampleProvider,
      id: 'crash.example.net',
      name: 'Crash',
      endpoints: { kind: 'discovered', issuer: 'https://crash.example.net' }
    },
    client: { id: 'crash', secret: null },
    clientMark: null,
    tokens: {
      accessToken: token('access'),
      refreshToken: token('refresh'),
      tokenType: 'Bearer',
      expiry: { kind: 'unknown' },
      issuedAt: at
    },
    formerRefreshToken: null,
    scopesRequested: [],
    scopesGranted: [],
    subject: null,
    obtainedAt: at,
    refreshedAt: at
  }
}

/** The number in both tokens; `torn` if they differ or another field was changed. */
export function versionOf(credential: Credential | null): number | 'torn' | null {
  if (!credential) return null
  if (credential.kind !== 'oauth') return 'torn'
  const version = Number(credential.tokens.accessToken.expose((text) => text.split('-')[1]))
  const expected = grantOf(credential.ref.account, version).tokens
  const { accessToken, refreshToken } = credential.tokens
  const isWhole =
    accessToken.equals(expected.accessToken) &&
    refreshToken !== null &&
    expected.refreshToken?.equals(refreshToken) === true
  return isWhole ? version : 'torn'
}
