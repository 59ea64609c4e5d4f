import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { glewlwydPackage } from './glewlwyd-package.ts'

export const DEVICE_INTERVAL = 2
const ADMIN = { username: 'admin', password: 'password' }
const ALICE = { username: 'alice', password: 'right-password' }

export type Glewlwyd = {
  readonly issuer: string
  /** A public client; its redirect URIs must be registered, including the port. */
  readonly clientId: string
  readonly scopes: readonly string[]
  /**
   * Registers the redirect URI, signs Alice in and allows the client; returns the address of the
   * redirect.
   */
  readonly allow: (authorizationUrl: string) => Promise<string>
  /** Alice allows the device that shows this code. */
  readonly allowCode: (userCode: string) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Starts Debian's Glewlwyd on this computer: an authorization server in C that shares no code with the other
 * one. Its configuration, database and port are made for this start and end with it. Rejects as
 * `glewlwydPackage`.
 */
export async function startGlewlwyd(): Promise<Glewlwyd> {
  const { program, modules, schema, libraryPath } = await glewlwydPackage()
  // In memory if possible: Glewlwyd waits for the disk at every request.
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const dir = await mkdtemp(join(place, 'latchkey-glewlwyd-'))
  const port = await freePort()
  const base = `http://127.0.0.1:${String(port)}`
  const database = new DatabaseSync(join(dir, 'database'))
  database.exec(await readFile(schema, 'utf8'))
  database.close()
  await writeFile(join(dir, 'conf'), configuration({ dir, port, modules }))
  const env = { ...process.env, LD_LIBRARY_PATH: libraryPath }
  const child = spawn(program, ['-c', join(dir, 'conf')], { stdio: 'ignore', env })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const close = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    await rm(dir, { recursive: true, force: true })
  }
  try {
    await Promise.race([answers(`${base}/config`), ended.then(() => Promise.reject(notThere()))])
    return { ...(await setUp(base)), close }
  } catch (error) {
    await close()
    throw error
  }
}

const notThere = (): Error => new Error('Glewlwyd did not start.')

type Place = { readonly dir: string; readonly port: number; readonly modules: string }

function configuration({ dir, port, modules }: Place): string {
  const folders = { user: 'user', client: 'client', user_auth_scheme: 'scheme', plugin: 'plugin' }
  return [
    `port=${String(port)}`,
    'bind_address="127.0.0.1"',
    `external_url="http://127.0.0.1:${String(port)}"`,
    'login_url="login.html"',
    'api_prefix="api"',
    'log_mode="console"',
    'log_level="NONE"',
    'cookie_secure=0',
    'session_key="session"',
    'admin_scope="g_admin"',
    'profile_scope="g_profile"',
    ...Object.entries(folders).map(([name, folder]) => `${name}_module_path="${modules}/${folder}"`),
    'hash_algorithm="SHA512"',
    `database={ type="sqlite3"; path="${join(dir, 'database')}"; };`
  ].join('\n')
}

async function setUp(base: string): Promise<Omit<Glewlwyd, 'close'>> {
  const issuer = `${base}/api/oidc`
  const admin = await signIn(base, ADMIN)
  await admin('POST', '/mod/plugin/', plugin(issuer))
  await admin('POST', '/scope/', { name: 'registry', display_name: 'Registry', password_required: true })
  const client = {
    client_id: 'latchkey-desktop',
    name: 'Latchkey',
    confidential: false,
    enabled: true,
    scope: ['openid', 'registry'],
    authorization_type: ['code', 'refresh_token', 'device_authorization'],
    token_endpoint_auth_method: ['none'],
    redirect_uri: [] as string[]
  }
  await admin('POST', '/client/', client)
  await admin('POST', '/user/', { ...ALICE, enabled: true, scope: ['g_profile', ...client.scope] })
  const alice = await signIn(base, ALICE)
  await alice('PUT', `/auth/grant/${client.client_id}`, { scope: client.scope.join(' ') })
  return {
    issuer,
    clientId: client.client_id,
    scopes: client.scope,
    allow: async (authorizationUrl) => {
      const url = new URL(authorizationUrl)
      const redirectUri = url.searchParams.get('redirect_uri') ?? ''
      await admin('PUT', `/client/${client.client_id}`, { ...client, redirect_uri: [redirectUri] })
      return await alice('GET', `${url.pathname.replace('/api', '')}${url.search}&g_continue`)
    },
    allowCode: async (userCode) =>
      void (await alice('GET', `/oidc/device?code=${encodeURIComponent(userCode)}&g_continue`))
  }
}

/** Strict: a refresh token works once; a second use ends the chain. */
function plugin(iss: string): object {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const parameters = {
    iss,
    'jwt-type': 'rsa',
    'jwt-key-size': '256',
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: publicKey.export({ type: 'spki', format: 'pem' }),
    'access-token-duration': 3600,
    'refresh-token-duration': 86_400,
    'code-duration': 60,
    'refresh-token-rolling': true,
    'refresh-token-one-use': 'always',
    'allow-non-oidc': true,
    'auth-type-code-enabled': true,
    'auth-type-token-enabled': false,
    'auth-type-id-token-enabled': true,
    'auth-type-password-enabled': false,
    'auth-type-client-enabled': false,
    'auth-type-device-enabled': true,
    'auth-type-refresh-enabled': true,
    'pkce-allowed': true,
    'pkce-required': true,
    'pkce-method-plain-allowed': false,
    'device-authorization-expiration': 600,
    'device-authorization-interval': DEVICE_INTERVAL,
    'subject-type': 'public',
    'jwks-show': true,
    'introspection-revocation-allowed': true,
    'introspection-revocation-auth-scope': [],
    'introspection-revocation-allow-target-client': true,
    'session-management-allowed': false
  }
  return { module: 'oidc', name: 'oidc', display_name: 'OIDC', order_rank: 0, enabled: true, parameters }
}

type Session = (method: string, path: string, body?: object) => Promise<string>

/**
 * Signs a person in. The session calls the API as that person; it returns the address of a redirect and
 * throws for an error status.
 */
async function signIn(base: string, who: object): Promise<Session> {
  let cookie = ''
  const session: Session = async (method, path, body) => {
    const response = await fetch(`${base}/api${path}`, {
      method,
      redirect: 'manual',
      headers: { 'content-type': 'application/json', cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await response.text()
    const set = response.headers.getSetCookie().map((line) => line.split(';')[0])
    if (set.length > 0) cookie = set.join('; ')
    if (response.status > 302) throw new Error(`Glewlwyd: ${method} ${path}: ${text}`)
    return response.headers.get('location') ?? ''
  }
  await session('POST', '/auth/', who)
  return session
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const response = await fetch(url).catch(() => null)
    await response?.body?.cancel()
    if (response !== null) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw notThere()
}
