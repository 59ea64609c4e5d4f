import { unpack } from '#shared/packed-list.ts'
import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import type { VaultEvents } from '#shared/ipc.ts'
import { systemClock } from '../support/oauth-world.ts'
import {
  type Harness,
  type HarnessOptions,
  newVaultHome,
  openTestVault,
  removeVaultHome
} from '../support/vault-harness.ts'
import { shownCredentials } from '../support/shown-credentials.ts'

const run = promisify(execFile)
const HOUR = 3_600_000
const OLD = 'sk-old-key-of-the-service-0123456789'
const NEW = 'sk-new-key-of-the-service-9876543210'
const ref = { service: 'openai', account: 'team' }
const id = credentialKey(ref)
const apiKey = {
  ...ref,
  name: 'OpenAI',
  key: OLD,
  allowedHosts: ['api.openai.com'],
  expiresAt: null,
  replace: false
}

/** A service on this computer that knows some keys. It receives the vault's requests to api.openai.com. */
type Service = { readonly server: Server; readonly valid: Set<string>; readonly seen: string[] }

let service: Service
let home = ''
let open: Harness[] = []
let ahead = 0

beforeEach(async () => {
  service = await startService()
  home = await newVaultHome()
  ahead = 0
})
afterEach(async () => {
  for (const { vault } of open) await vault.close()
  open = []
  service.server.closeAllConnections()
  service.server.close()
  await removeVaultHome(home)
})

async function startService(): Promise<Service> {
  const valid = new Set<string>()
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    const isKnown = valid.has(String(request.headers.authorization).replace('Bearer ', ''))
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' }).end('{"data":[]}')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return { server, valid, seen }
}

/** The real network, except for the one host. */
const ledToService: typeof fetch = (input, init) => {
  const { port } = service.server.address() as AddressInfo
  const address = input instanceof Request ? input.url : input.toString()
  return fetch(address.replace('https://api.openai.com/', `http://127.0.0.1:${port}/`), init)
}

async function openVault(options: HarnessOptions = {}): Promise<Harness> {
  const clock = { ...systemClock, now: () => new Date(Date.now() + ahead) }
  const harness = await openTestVault({ home, fetch: ledToService, clock, ...options })
  open.push(harness)
  return harness
}

async function closeVault(harness: Harness): Promise<void> {
  open = open.filter((other) => other !== harness)
  await harness.vault.close()
}

const inUse = async ({ vault }: Harness): Promise<string> =>
  (await vault.tokens.getToken(ref)).expose((text) => text)

async function keychainItem(): Promise<string | null> {
  return await run('secret-tool', ['lookup', 'service', 'latchkey', 'username', id]).then(
    ({ stdout }) => stdout,
    () => null
  )
}

describe('the exchange of a key in the whole vault', () => {
  it('prepares, tests at the service, switches, and goes back to the old key', async () => {
    const harness = await openVault()
    const { handlers } = harness.vault
    const first = await handlers.addApiKey(apiKey)
    await handlers.prepareKey({ credential: id, key: ` ${NEW}\n`, expiresAt: null })
    expect(await inUse(harness)).toBe(OLD)

    expect(await handlers.testKey(id)).toMatchObject({ works: 'no', text: expect.stringContaining('401') })
    service.valid.add(NEW)
    expect(await handlers.testKey(id)).toMatchObject({ works: 'yes' })
    expect(service.seen).toEqual(Array.from({ length: 2 }, () => `GET /v1/models Bearer ${NEW}`))

    const switched = await handlers.switchKey(id)
    expect([switched.rotation?.kind, switched.masked, await inUse(harness)]).toEqual([
      'switched',
      'sk••••••••10',
      NEW
    ])
    const undone = await handlers.undoRotation(id)
    expect(await inUse(harness)).toBe(OLD)
    expect({ ...undone, lastUsedAt: null }).toEqual({ ...first, lastUsedAt: null })
  })

  it('keeps both keys in one item of the keychain and survives a restart between all steps', async () => {
    const first = await openVault()
    await first.vault.handlers.addApiKey(apiKey)
    await first.vault.handlers.prepareKey({ credential: id, key: NEW, expiresAt: null })
    const item = await keychainItem()
    expect([item?.includes(OLD), item?.includes(NEW)]).toEqual([true, true])
    await closeVault(first)

    const second = await openVault()
    const [listed] = await shownCredentials(second.vault)
    expect(listed?.rotation).toMatchObject({ kind: 'prepared', masked: 'sk••••••••10' })
    await second.vault.handlers.switchKey(id)
    await closeVault(second)

    const third = await openVault()
    expect(await inUse(third)).toBe(NEW)
    await third.vault.handlers.undoRotation(id)
    expect(await inUse(third)).toBe(OLD)
    expect(await keychainItem()).not.toContain(NEW)
  })

  it('drops the old key at the next start when its day has ended, and refuses to go back', async () => {
    const first = await openVault()
    await first.vault.handlers.addApiKey(apiKey)
    await first.vault.handlers.prepareKey({ credential: id, key: NEW, expiresAt: null })
    await first.vault.handlers.switchKey(id)
    expect(await keychainItem()).toContain(OLD)
    await closeVault(first)

    ahead = 24 * HOUR
    const second = await openVault()
    await expect(second.vault.handlers.undoRotation(id)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await expect.poll(keychainItem).not.toContain(OLD)
    const [listed] = await shownCredentials(second.vault)
    expect([listed?.rotation, await inUse(second)]).toEqual([null, NEW])
  })

  it('drops the old key on waking, and tells the windows', async () => {
    const harness = await openVault()
    const { vault } = harness
    await vault.handlers.addApiKey(apiKey)
    await vault.handlers.prepareKey({ credential: id, key: NEW, expiresAt: null })
    await vault.handlers.switchKey(id)
    const changes: VaultEvents['changed'][] = []
    vault.on('changed', (change) => changes.push(change))
    ahead = 25 * HOUR
    vault.wake()
    await expect.poll(keychainItem).not.toContain(OLD)
    await expect.poll(() => changes.flatMap(({ upserted }) => unpack(upserted)).at(-1)?.rotation).toBeNull()
  })

  it('ends with the old key forgotten, with another key in its place, and with the entry', async () => {
    const harness = await openVault()
    const { handlers } = harness.vault
    await handlers.addApiKey(apiKey)
    await handlers.prepareKey({ credential: id, key: NEW, expiresAt: null })
    await handlers.switchKey(id)
    expect((await handlers.finishRotation(id)).rotation).toBeNull()
    expect(await keychainItem()).not.toContain(OLD)

    await handlers.prepareKey({ credential: id, key: OLD, expiresAt: null })
    const replaced = await handlers.addApiKey({ ...apiKey, key: 'sk-third-key-000000', replace: true })
    expect([replaced.rotation, await inUse(harness)]).toEqual([null, 'sk-third-key-000000'])
    const item = await keychainItem()
    expect([item?.includes(OLD), item?.includes(NEW)]).toEqual([false, false])

    await handlers.prepareKey({ credential: id, key: NEW, expiresAt: null })
    await handlers.remove(id)
    expect([await keychainItem(), harness.vault.repository.find(ref)]).toEqual([null, null])
  })

  it('leaves keys of other kinds and unknown entries alone', async () => {
    const { vault } = await openVault()
    const unknown = vault.handlers.prepareKey({ credential: id, key: NEW, expiresAt: null })
    await expect(unknown).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
    await expect(vault.handlers.switchKey('no id')).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
  })
})

describe('checking a key in use', () => {
  it('asks its own service where a request is known that changes nothing', async () => {
    const { vault } = await openVault()
    await vault.handlers.addApiKey(apiKey)
    expect(await vault.handlers.checkNow(id)).toMatchObject({
      works: false,
      text: expect.stringContaining('401')
    })
    service.valid.add(OLD)
    expect(await vault.handlers.checkNow(id)).toMatchObject({ works: true })
    expect(service.seen).toHaveLength(2)
  })

  it('says when nothing was learned, and when nothing was sent', async () => {
    const { vault } = await openVault({ fetch: () => Promise.reject(new TypeError(`no way to ${OLD}`)) })
    await vault.handlers.addApiKey(apiKey)
    const error = await vault.handlers.checkNow(id).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'PROVIDER_UNREACHABLE',
      message: expect.stringContaining('could not be reached')
    })
    expect((error as Error).message).not.toContain('sk-')
    await vault.handlers.addApiKey({ ...apiKey, allowedHosts: ['proxy.example.net'], replace: true })
    expect(await vault.handlers.checkNow(id)).toMatchObject({
      works: true,
      text: expect.stringContaining('not sent anywhere')
    })
  })
})
