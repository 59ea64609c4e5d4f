import { execFile } from 'node:child_process'
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CredentialRef } from '#shared/credential.ts'
import { type ImportPreview, transferRequests } from '#shared/transfer.ts'
import type { Credential } from '../../src-main/core/credential-record.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { sampleGrant, sampleTokens, START } from '../../src-main/core/testing/samples.ts'
import { encodeCredential } from '../../src-main/storage/credential-codec.ts'
import type { VaultDialogs } from '../../src-main/vault-transfer.ts'
import { type Canary, createScanner, newCanary } from '../support/canary-scan.ts'
import { type Harness, type HarnessOptions, openTestVault } from '../support/vault-harness.ts'

const run = promisify(execFile)
const PASSPHRASE = 'four words that nobody guesses'
const KEY = /AGE-SECRET-KEY-1[0-9A-Z]{58}/

const canaries: Record<'access' | 'refresh' | 'client' | 'key' | 'mcp' | 'mcpRefresh' | 'setting', Canary> = {
  access: newCanary('access-token'),
  refresh: newCanary('refresh-token'),
  client: newCanary('client-secret'),
  key: newCanary('api-key'),
  mcp: newCanary('access-token'),
  mcpRefresh: newCanary('refresh-token'),
  setting: newCanary('api-key')
}
const scan = createScanner(Object.values(canaries))
const secret = (name: keyof typeof canaries): Secret => new Secret(canaries[name].value)

/** One of every kind, with every field that can be set. */
const everyKind: readonly Credential[] = [
  sampleGrant({
    ref: { service: 'sso.example.net', account: 'ana Ωmega' },
    client: { id: 'client-1', secret: secret('client') },
    tokens: sampleTokens({
      accessToken: secret('access'),
      refreshToken: secret('refresh'),
      issuedAt: new Date(),
      expiry: { kind: 'at', at: new Date(Date.now() + 3_600_000) }
    }),
    refreshedAt: START
  }),
  {
    kind: 'api-key',
    ref: { service: 'stripe', account: 'acme' },
    name: 'Stripe',
    key: secret('key'),
    allowedHosts: ['api.stripe.com', 'files.stripe.com'],
    expiry: { kind: 'at', at: new Date('2030-02-14T00:00:00Z') },
    obtainedAt: START,
    rotation: null
  },
  {
    kind: 'mcp',
    ref: { service: 'mcp.linear', account: 'default' },
    name: 'linear',
    accessToken: secret('mcp'),
    refreshToken: secret('mcpRefresh'),
    tokenType: 'Bearer',
    expiry: { kind: 'unknown' },
    scopes: ['read', 'write'],
    clientId: 'host-client',
    tokenUrl: 'https://mcp.linear.app/token',
    serverUrl: 'https://mcp.linear.app/sse',
    obtainedAt: START,
    updatedAt: START
  },
  {
    kind: 'extension',
    ref: { service: 'extension.weather', account: 'API_KEY' },
    name: 'Latchkey Extension weather',
    extension: 'weather',
    value: secret('setting'),
    obtainedAt: START
  }
]

let folder = ''
let open: Harness[] = []
let chosen: string | null = null
let shownKeys: string[] = []
let takesKey = true

const dialogs: VaultDialogs = {
  chooseFileToOpen: async () => chosen,
  chooseFileToSave: async () => chosen,
  showRecoveryKey: async (key) => {
    shownKeys.push(key)
    return takesKey
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-transfer-'))
  chosen = null
  shownKeys = []
  takesKey = true
})
afterEach(async () => {
  for (const { vault } of open) await vault.close()
  open = []
  await rm(folder, { recursive: true, force: true })
})

/** Homes side by side; with files, because two homes of one person share a keychain. */
async function openHome(name: string, options: HarnessOptions = {}): Promise<Harness> {
  const home = join(folder, name)
  await mkdir(home, { recursive: true, mode: 0o700 })
  const harness = await openTestVault({ home, store: 'file', dialogs, ...options })
  open.push(harness)
  return harness
}

async function closeHome(harness: Harness): Promise<void> {
  open = open.filter((other) => other !== harness)
  await harness.vault.close()
}

async function fill({ vault }: Harness): Promise<void> {
  for (const credential of everyKind) await vault.repository.save(credential)
}

async function exported(harness: Harness): Promise<string> {
  chosen = join(folder, 'all.latchkey.age')
  const report = await harness.vault.handlers.exportVault({ passphrase: PASSPHRASE })
  expect(report).toEqual({ path: chosen, exported: everyKind.length, missing: [] })
  return chosen
}

type Rows = Extract<ImportPreview, { kind: 'rows' }>

async function previewed({ vault }: Harness, secretText: string | null = null): Promise<Rows> {
  const first = await vault.handlers.previewImport({ kind: 'file' })
  if (first === null) throw new Error('no file was chosen')
  const preview =
    first.kind === 'sealed'
      ? await vault.handlers.openImport({ id: first.id, secret: secretText ?? '' })
      : first
  // What crosses to a page passes the contract, and holds no value in any form.
  expect(parse(transferRequests.openImport.output, preview)).toEqual(preview)
  expect(scan(JSON.stringify(preview))).toEqual([])
  if (preview.kind !== 'rows') throw new Error('it is sealed still')
  return preview
}

const allOf = (preview: Rows): number[] => preview.rows.map(({ index }) => index)

async function stored({ vault }: Harness, ref: CredentialRef): Promise<string | null> {
  const held = await vault.repository.load(ref)
  return held && encodeCredential(held)
}

async function filesBelow(dir: string): Promise<string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

describe('an export', () => {
  it('brings every kind of credential whole into another home, where its token is the same', async () => {
    const from = await openHome('from')
    await fill(from)
    const path = await exported(from)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await closeHome(from)

    const to = await openHome('to')
    const preview = await previewed(to, PASSPHRASE)
    expect(preview).toMatchObject({ format: 'latchkey', path, skipped: [], removable: false })
    expect(preview.rows.map(({ state, kind }) => `${kind} ${state}`).toSorted()).toEqual([
      'api-key new',
      'extension new',
      'mcp new',
      'oauth new'
    ])
    expect(preview.rows.find(({ kind }) => kind === 'oauth')?.note).toContain('Only one computer')
    const request = { id: preview.id, rows: allOf(preview), replace: false, removePlaintext: true }
    expect(await to.vault.handlers.runImport(request)).toMatchObject({ imported: 4, plaintext: 'none' })
    for (const credential of everyKind) {
      expect(await stored(to, credential.ref)).toBe(encodeCredential(credential))
    }
    const token = await to.vault.tokens.getToken({ service: 'sso.example.net', account: 'ana Ωmega' })
    expect(token.equals(secret('access'))).toBe(true)
    expect((await stat(path)).isFile()).toBe(true)
  })

  it('leaves no secret in the clear in either home or beside the file', async () => {
    const from = await openHome('from')
    await fill(from)
    await exported(from)
    const to = await openHome('to')
    const preview = await previewed(to, PASSPHRASE)
    await to.vault.handlers.runImport({
      id: preview.id,
      rows: allOf(preview),
      replace: false,
      removePlaintext: false
    })
    await closeHome(from)
    await closeHome(to)
    const files = await filesBelow(folder)
    expect(files.length).toBeGreaterThan(10)
    for (const path of files) expect([path, scan(await readFile(path))]).toEqual([path, []])
    expect(files.filter((path) => path.endsWith('.tmp') || path.endsWith('.new'))).toEqual([])
  })

  it('says what is the same, what would replace and what is older, and replaces only when it is told to', async () => {
    const from = await openHome('from')
    await fill(from)
    await exported(from)
    const [grant, key] = everyKind
    if (grant?.kind !== 'oauth' || key?.kind !== 'api-key') throw new Error('not as it was')
    const later = new Date(grant.tokens.issuedAt.getTime() + 1000)
    await from.vault.repository.save({ ...grant, tokens: sampleTokens({ issuedAt: later }) })
    await from.vault.repository.save({ ...key, key: new Secret('sk_test_another_key_0123') })
    const preview = await previewed(from, PASSPHRASE)
    const states = Object.fromEntries(preview.rows.map(({ kind, state }) => [kind, state]))
    expect(states).toEqual({ oauth: 'replaces', 'api-key': 'replaces', mcp: 'same', extension: 'same' })
    expect(preview.rows.find(({ kind }) => kind === 'oauth')?.note).toContain('newer')
    const request = { id: preview.id, rows: allOf(preview), replace: false, removePlaintext: false }
    const kept = await from.vault.handlers.runImport(request)
    expect(kept.rows.map(({ result }) => result).toSorted()).toEqual([
      'failed',
      'failed',
      'unchanged',
      'unchanged'
    ])
    expect((await from.vault.tokens.getToken(key.ref)).equals(key.key)).toBe(false)
    const again = await previewed(from, PASSPHRASE)
    const replaced = await from.vault.handlers.runImport({ ...request, id: again.id, replace: true })
    expect(replaced.imported).toBe(2)
    expect((await from.vault.tokens.getToken(key.ref)).equals(key.key)).toBe(true)
  })

  it('waits for the right passphrase, and imports nothing from a damaged file', async () => {
    const from = await openHome('from')
    await fill(from)
    const path = await exported(from)
    const { openImport, previewImport } = from.vault.handlers
    const sealed = await previewImport({ kind: 'file' })
    if (sealed?.kind !== 'sealed') throw new Error('it is not sealed')
    await expect(openImport({ id: sealed.id, secret: 'not the passphrase' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'The passphrase does not open this file.'
    })
    expect((await openImport({ id: sealed.id, secret: PASSPHRASE })).kind).toBe('rows')
    const text = await readFile(path, 'utf8')
    const middle = Math.floor(text.length / 2)
    await writeFile(path, text.slice(0, middle) + (text[middle] === 'A' ? 'B' : 'A') + text.slice(middle + 1))
    const damaged = await previewImport({ kind: 'file' })
    if (damaged?.kind !== 'sealed') throw new Error('it is not sealed')
    await expect(openImport({ id: damaged.id, secret: PASSPHRASE })).rejects.toMatchObject({
      code: 'CREDENTIAL_UNREADABLE'
    })
    await expect(openImport({ id: sealed.id, secret: PASSPHRASE })).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
  })

  it('names an entry that can not be read and exports the others', async () => {
    const from = await openHome('from')
    await fill(from)
    const sealedDir = join(from.home, 'sealed')
    const [name] = (await readdir(sealedDir)).filter((file) => file.includes('stripe'))
    await writeFile(join(sealedDir, name ?? ''), 'not an envelope')
    chosen = join(folder, 'rest.latchkey.age')
    expect(await from.vault.handlers.exportVault({ passphrase: PASSPHRASE })).toEqual({
      path: chosen,
      exported: 3,
      missing: ['Stripe · acme']
    })
  })
})

describe('a recovery key', () => {
  it('is shown once by the system, opens the copy with age itself and with Latchkey, and is stored nowhere', async () => {
    const from = await openHome('from')
    await fill(from)
    const status = await from.vault.handlers.createRecoveryKey()
    const path = join(from.home, 'recovery', 'latchkey-recovery.age')
    expect(status).toMatchObject({ kind: 'on', path, problem: null, copiedAt: expect.any(String) })
    expect(scan(JSON.stringify(status))).toEqual([])
    const [key = ''] = shownKeys
    expect(key).toMatch(KEY)
    expect(JSON.stringify(status)).not.toMatch(KEY)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700)

    const keyFile = join(folder, 'key.txt')
    await writeFile(keyFile, `${key}\n`, { mode: 0o600 })
    const { stdout } = await run('age', ['-d', '-i', keyFile, path])
    await rm(keyFile)
    const opened = JSON.parse(stdout) as { credentials: { accessToken?: string }[] }
    expect(opened.credentials).toHaveLength(4)
    expect(stdout).toContain(canaries.refresh.value)

    const to = await openHome('to')
    chosen = path
    const preview = await previewed(to, key)
    const request = { id: preview.id, rows: allOf(preview), replace: false, removePlaintext: false }
    expect(await to.vault.handlers.runImport(request)).toMatchObject({ imported: 4 })
    await closeHome(from)
    await closeHome(to)
    for (const file of await filesBelow(folder)) {
      expect([file, KEY.test(await readFile(file, 'latin1'))]).toEqual([file, false])
    }
  })

  it('renews the copy after a change, and again at the end for what came last', async () => {
    const from = await openHome('from')
    await from.vault.handlers.createRecoveryKey()
    const [key = ''] = shownKeys
    await from.vault.handlers.addApiKey({
      service: 'stripe',
      name: 'Stripe',
      account: 'acme',
      key: canaries.key.value,
      allowedHosts: [],
      expiresAt: null,
      replace: false
    })
    await expect
      .poll(async () => (await countIn(from.home, key)).length, { timeout: 10_000, interval: 500 })
      .toBe(1)
    await from.vault.handlers.addApiKey({
      service: 'openai',
      name: 'OpenAI',
      account: 'last',
      key: canaries.setting.value,
      allowedHosts: [],
      expiresAt: null,
      replace: false
    })
    await closeHome(from)
    expect(await countIn(from.home, key)).toHaveLength(2)
  })

  it('never puts a copy that lacks an entry in the place of the last that had it', async () => {
    const from = await openHome('from')
    await fill(from)
    await from.vault.handlers.createRecoveryKey()
    const [key = ''] = shownKeys
    const sealedDir = join(from.home, 'sealed')
    const [name = ''] = (await readdir(sealedDir)).filter((file) => file.includes('stripe'))
    const entry = await readFile(join(sealedDir, name))
    await writeFile(join(sealedDir, name), 'not an envelope')
    await from.vault.repository.remove({ service: 'mcp.linear', account: 'default' })
    await closeHome(from)
    expect(await countIn(from.home, key)).toHaveLength(2)
    expect(await countIn(from.home, key, 'latchkey-recovery.complete.age')).toHaveLength(4)
    await writeFile(join(sealedDir, name), entry)
    const again = await openHome('from')
    await again.vault.repository.remove({ service: 'extension.weather', account: 'API_KEY' })
    await closeHome(again)
    expect(await countIn(from.home, key)).toHaveLength(2)
    expect(await readdir(join(from.home, 'recovery'))).toEqual(['latchkey-recovery.age'])
  })

  it('changes nothing when the person does not take it, and ends with its copies', async () => {
    const from = await openHome('from')
    await fill(from)
    takesKey = false
    expect(await from.vault.handlers.createRecoveryKey()).toBeNull()
    expect(await from.vault.handlers.recoveryStatus()).toEqual({ kind: 'off' })
    takesKey = true
    await from.vault.handlers.createRecoveryKey()
    expect(await from.vault.handlers.removeRecoveryKey()).toEqual({ kind: 'off' })
    expect(await readdir(join(from.home, 'recovery'))).toEqual([])
  })

  it('says why a copy could not be made, and nothing else stops', async () => {
    const from = await openHome('from')
    await fill(from)
    await writeFile(join(from.home, 'recovery'), 'in the way')
    expect(await from.vault.handlers.createRecoveryKey()).toMatchObject({
      kind: 'on',
      copiedAt: null,
      problem: expect.stringContaining('could not be renewed')
    })
    expect((await from.vault.tokens.getToken({ service: 'stripe', account: 'acme' })).length).toBeGreaterThan(
      0
    )
  })
})

/** Entries of the copy, opened by age itself. */
async function countIn(home: string, key: string, name = 'latchkey-recovery.age'): Promise<unknown[]> {
  const keyFile = join(folder, 'key.txt')
  await writeFile(keyFile, `${key}\n`, { mode: 0o600 })
  try {
    const { stdout } = await run('age', ['-d', '-i', keyFile, join(home, 'recovery', name)])
    return (JSON.parse(stdout) as { credentials: unknown[] }).credentials
  } finally {
    await rm(keyFile)
  }
}

describe('a file of plaintext', () => {
  const lines = (): string =>
    `# mine\nPORT=3000\nSTRIPE_KEY=${canaries.key.value}\nACME_API_TOKEN='${canaries.setting.value}'\n`

  it('loses its secrets once they are stored and read back, and keeps its other settings', async () => {
    const to = await openHome('to')
    chosen = join(folder, '.env')
    await writeFile(chosen, lines(), { mode: 0o644 })
    const preview = await previewed(to)
    expect(preview).toMatchObject({ format: 'env', removable: true })
    expect(preview.rows.map(({ service, account }) => `${service} ${account}`)).toEqual([
      'stripe STRIPE_KEY',
      'acme ACME_API_TOKEN'
    ])
    const request = { id: preview.id, rows: [0, 1], replace: false, removePlaintext: true }
    expect(await to.vault.handlers.runImport(request)).toEqual({
      rows: [
        { index: 0, result: 'imported', note: null },
        { index: 1, result: 'imported', note: null }
      ],
      imported: 2,
      plaintext: 'removed'
    })
    expect(await readFile(chosen, 'utf8')).toBe('# mine\nPORT=3000\n')
  })

  it('stays when a row of it was not imported, or when it changed in between', async () => {
    const to = await openHome('to')
    chosen = join(folder, '.env')
    await writeFile(chosen, lines())
    const partly = await previewed(to)
    const request = { rows: [0], replace: false, removePlaintext: true }
    expect((await to.vault.handlers.runImport({ ...request, id: partly.id })).plaintext).toBe('kept')
    const changed = await previewed(to)
    await writeFile(chosen, `${lines()}NEW_TOKEN=abc\n`)
    const both = { ...request, id: changed.id, rows: [0, 1] }
    expect((await to.vault.handlers.runImport(both)).plaintext).toBe('kept')
    expect(await readFile(chosen, 'utf8')).toContain(canaries.key.value)
  })

  it('is not taken away through a link or from under a second name', async () => {
    const to = await openHome('to')
    const real = join(folder, 'real.env')
    await writeFile(real, lines())
    chosen = join(folder, 'link.env')
    await symlink(real, chosen)
    expect((await previewed(to)).removable).toBe(false)
    await rm(chosen)
    await link(real, chosen)
    expect((await previewed(to)).removable).toBe(false)
    await rm(chosen)
    chosen = real
    expect((await previewed(to)).removable).toBe(true)
  })

  it('that can not be read, and a page that names a file of its own choice, are refused in a sentence', async () => {
    const to = await openHome('to')
    const { previewImport } = to.vault.handlers
    chosen = folder
    await expect(previewImport({ kind: 'file' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    chosen = join(folder, 'pipe')
    await run('mkfifo', [chosen])
    await expect(previewImport({ kind: 'file' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    chosen = join(folder, 'utf16.env')
    await writeFile(chosen, Buffer.from('A_KEY=x', 'utf16le').fill(0xff, 0, 1))
    await expect(previewImport({ kind: 'file' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await expect(previewImport({ kind: 'old-file', path: '~/.ssh/id_ed25519' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
    chosen = null
    expect(await previewImport({ kind: 'file' })).toBeNull()
    await chmod(folder, 0o700)
  })
})
