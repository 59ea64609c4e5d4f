import type { CredentialRef } from '#shared/credential.ts'
import type { ApiKey, KeyExchange, OAuthGrant } from '../core/credential-record.ts'
import type { OAuthProvider } from '../core/provider.ts'
import { Secret } from '../core/secret.ts'
import { sampleProvider } from '../core/testing/samples.ts'
import { clientMark } from './records/credential-codec.ts'
import type { KeychainAdapter } from './keychain/keychain-adapter.ts'

export type MemoryKeychain = KeychainAdapter &
  Required<Pick<KeychainAdapter, 'interrupt' | 'close'>> & {
    readonly items: Map<string, string>
    readonly calls: string[]
    /** Error with which the next calls reject; null: they work again. */
    fail(error: Error | null): void
    /** Lets calls of this kind hang until `interrupt`. */
    hang(operation: 'get' | 'set' | 'delete' | null): void
  }

type MemoryKeychainOptions = {
  readonly enumerable?: boolean
  /** Behaves as Windows does: case is ignored, and longer values are refused with its message. */
  readonly asOnWindows?: boolean
}

/** A keychain in memory that can fail in the ways of a real one. */
export function createMemoryKeychain({
  enumerable = true,
  asOnWindows = false
}: MemoryKeychainOptions = {}): MemoryKeychain {
  const items = new Map<string, string>()
  const calls: string[] = []
  let failure: Error | null = null
  let hanging: string | null = null
  let rejectHung: Array<(error: Error) => void> = []
  const key = (service: string, account: string): string => {
    const name = `${account}.${service}`
    return asOnWindows ? name.toLowerCase() : name
  }
  async function enter(operation: string, account: string): Promise<void> {
    calls.push(`${operation} ${account}`)
    if (operation === hanging) await new Promise((_resolve, reject) => rejectHung.push(reject))
    if (failure) throw failure
  }
  const adapter: MemoryKeychain = {
    items,
    calls,
    getPassword: async (service, account) => {
      await enter('get', account)
      return items.get(key(service, account)) ?? null
    },
    setPassword: async (service, account, password) => {
      await enter('set', account)
      if (asOnWindows && password.length > 1280) {
        throw new Error(
          `Value of 'password encoded as UTF-16' is longer than the platform limit of 2560 chars`
        )
      }
      items.set(key(service, account), password)
    },
    deletePassword: async (service, account) => {
      await enter('delete', account)
      return items.delete(key(service, account))
    },
    fail: (error) => {
      failure = error
    },
    hang: (operation) => {
      hanging = operation
    },
    interrupt: () => {
      for (const reject of rejectHung) reject(new Error('The helper was killed.'))
      rejectHung = []
    },
    close: () => undefined
  }
  if (!enumerable) return adapter
  return {
    ...adapter,
    findCredentials: async (service) => {
      await enter('find', '*')
      const mine = [...items].filter(([name]) => name.endsWith(`.${service}`))
      return mine.map(([name, password]) => ({ account: name.slice(0, -service.length - 1), password }))
    }
  }
}

const exampleProvider: OAuthProvider = {
  ...sampleProvider,
  name: 'Example',
  scopes: [{ scope: 'openid', description: 'Who you are', byDefault: true }],
  authorizationParams: { access_type: 'offline' },
  source: 'https://sso.example.net/docs',
  checkedOn: '2026-11-01'
}

export const exampleRef: CredentialRef = { service: 'sso.example.net', account: 'ada' }
const day = new Date('2026-11-20T10:00:00.000Z')

export function exampleGrant(
  change: { access?: string; refresh?: string | null; ref?: CredentialRef } = {}
): OAuthGrant {
  const { access = 'access-token-1', refresh = 'refresh-token-1', ref = exampleRef } = change
  const client = { id: 'latchkey-desktop', secret: new Secret('client-secret-ü') }
  return {
    kind: 'oauth',
    ref,
    provider: exampleProvider,
    client,
    clientMark: clientMark(client),
    tokens: {
      accessToken: new Secret(access),
      refreshToken: refresh === null ? null : new Secret(refresh),
      tokenType: 'Bearer',
      expiry: { kind: 'at', at: new Date('2026-11-20T11:00:00.000Z') },
      issuedAt: day
    },
    formerRefreshToken: null,
    scopesRequested: ['openid', 'profile'],
    scopesGranted: ['openid'],
    subject: 'ada-1815',
    obtainedAt: day,
    refreshedAt: null
  }
}

export function exampleApiKey(key = 'sk-0123456789abcdef'): ApiKey {
  return {
    kind: 'api-key',
    ref: { service: 'api.example.net', account: 'default' },
    name: 'Example API',
    key: new Secret(key),
    allowedHosts: ['api.example.net'],
    expiry: { kind: 'never' },
    obtainedAt: day,
    rotation: null
  }
}

/** Both states of an exchange; the other key is `sk-the-other-key`. */
export const exampleExchanges = [
  {
    kind: 'prepared',
    next: new Secret('sk-the-other-key'),
    expiry: { kind: 'at', at: new Date('2027-11-20T10:00:00.000Z') },
    since: day
  },
  {
    kind: 'switched',
    former: new Secret('sk-the-other-key'),
    formerExpiry: { kind: 'never' },
    formerObtainedAt: new Date('2025-09-20T10:00:00.000Z'),
    since: day,
    undoUntil: new Date('2026-11-21T10:00:00.000Z')
  }
] as const satisfies readonly KeyExchange[]
