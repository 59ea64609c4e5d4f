import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generateIdentity } from 'age-encryption'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import type { StoreMove, StoreTarget } from '#shared/stores.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { sampleGrant, sampleTokens } from '../../src-main/core/testing/samples.ts'
import { readBackendConfig } from '../../src-main/storage/backends/backend-config.ts'
import { answerAsApp } from '../support/open-app.ts'
import { type CliEnd, runCli, typeInto } from '../support/run-cli.ts'
import { type Serve, startServe } from '../support/serve.ts'
import { signInRequest } from '../support/oauth-world.ts'
import { startOpenIdProvider } from '../support/openid-provider.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'
import { endVaults } from '../support/vault-processes.ts'
import { writeFileAtomic } from '../../src-main/storage/files/atomic-file.ts'
import { shownCredentials } from '../support/shown-credentials.ts'

const run = promisify(execFile)
const PASSPHRASE = 'seven wet otters under glass'
const kept = new Map<string, string>()

let home = ''
let open: Harness[] = []
/** Ends what answers the commands of the home. */
let ends: (() => Promise<void>)[] = []

beforeEach(async () => {
  home = await newVaultHome()
})
afterEach(async () => {
  await endAll()
  for (const { vault } of open) await vault.close()
  open = []
  for (const key of kept.keys()) {
    await run('secret-tool', ['clear', 'service', 'latchkey', 'username', key]).catch(() => undefined)
  }
  kept.clear()
  await endVaults(home)
  await removeVaultHome(home)
})

async function endAll(): Promise<void> {
  for (const end of ends) await end()
  ends = []
}

async function openVault(env: Readonly<Record<string, string>> = {}): Promise<Harness> {
  const harness = await openTestVault({ home, env })
  open.push(harness)
  return harness
}

async function closeVault(harness: Harness): Promise<void> {
  open = open.filter((other) => other !== harness)
  await harness.vault.close()
}

/** Stores credentials of every kind, and notes the secret that each of them hands out. */
async function fill({ vault }: Harness, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const text = `secret-${n}-${'x'.repeat(n * 100)}`
    if (n % 5 === 3) await (await vault.views.providerKeys.get()).saveKey(`provider-${n}`, text)
    else if (n % 5 === 4) await saveMcp(vault, n, text)
    else if (n % 5 === 2) await saveSetting(vault, n, text)
    else if (n % 2 === 0) await saveGrant(vault, n, text)
    else await vault.handlers.addApiKey(keyOf(n, text))
  }
  for (const { ref } of vault.repository.list()) kept.set(credentialKey(ref), await textOf(vault, ref))
  expect(kept.size).toBe(count)
  const kinds = new Set(vault.repository.list().map(({ kind }) => kind))
  if (count >= 5) expect(kinds).toEqual(new Set(['oauth', 'api-key', 'mcp', 'extension']))
}

async function saveMcp({ views }: Harness['vault'], n: number, accessToken: string): Promise<void> {
  const mcp = await views.mcpTokens.get()
  const token = { accessToken, tokenType: 'Bearer' }
  await mcp.setCredentials({ serverName: `server-${n}`, token, updatedAt: Date.now() })
}

async function saveSetting({ views }: Harness['vault'], n: number, text: string): Promise<void> {
  const settings = views.extensionSettings('weather', home)
  await settings.set({ kind: 'secret', name: `API_TOKEN_${n}`, value: new Secret(text) })
}

async function saveGrant({ repository }: Harness['vault'], n: number, text: string): Promise<void> {
  const expiry = { kind: 'at', at: new Date(Date.now() + 86_400_000) } as const
  const tokens = sampleTokens({ accessToken: new Secret(text), issuedAt: new Date(), expiry })
  await repository.save(sampleGrant({ ref: { service: 'sso.example.net', account: `ana-${n}` }, tokens }))
}

const keyOf = (n: number, key: string) => ({
  service: 'stripe',
  name: 'Stripe',
  account: `acme-${n}`,
  key,
  allowedHosts: ['api.stripe.com'],
  expiresAt: null,
  replace: false
})

async function textOf(vault: Harness['vault'], ref: CredentialRef): Promise<string> {
  return (await vault.tokens.getToken(ref)).expose((text) => text)
}

async function expectAllKept({ vault }: Harness, backend: string): Promise<void> {
  const entries = vault.repository.list()
  expect(entries.map(({ ref }) => credentialKey(ref)).toSorted()).toEqual([...kept.keys()].toSorted())
  for (const { ref } of entries) {
    const key = credentialKey(ref)
    expect(await textOf(vault, ref), key).toBe(kept.get(key))
    expect(vault.repository.find(ref)?.backend, key).toBe(backend)
  }
}

/**
 * Expects that the doctor finds no fault in what the stores leave in the home, and skips the checks of unused
 * stores.
 */
async function expectDoctorContent({ vault }: Harness, skipped: readonly string[]): Promise<void> {
  const { rows } = await vault.handlers.runDoctor({ readEntries: true })
  const ofHome = rows.filter(({ id }) => !/^(old|version)/.test(id))
  expect(ofHome.filter(({ state }) => state === 'skipped').map(({ id }) => id)).toEqual(skipped)
  expect(ofHome.filter(({ state }) => state === 'warning' || state === 'failure')).toEqual([])
}

/** Moves to `target`; returns how the move ended. */
async function moved({ vault }: Pick<Harness, 'vault'>, target: StoreTarget): Promise<StoreMove['state']> {
  const ended = endOf(vault)
  await vault.handlers.moveStore(target)
  return await ended
}

function endOf(vault: Harness['vault']): Promise<StoreMove['state']> {
  return new Promise((resolve) => {
    const stop = vault.on('moveChanged', (move) => {
      if (move === null || move.state.kind === 'running') return
      stop()
      resolve(move.state)
    })
  })
}

/** Resolves once the move holds its entries: an entry written before that is moved with the rest. */
function beginOf(vault: Harness['vault']): Promise<void> {
  return new Promise((resolve) => {
    const stop = vault.on('moveChanged', (move) => {
      if (move?.state.kind !== 'running' || move.state.total === 0) return
      stop()
      resolve()
    })
  })
}

/** Keychain helpers whose parent is this process. */
async function helpersOf(parent: number): Promise<string[]> {
  const { stdout } = await run('ps', ['-o', 'args=', '--ppid', String(parent)]).catch(() => ({ stdout: '' }))
  return stdout.split('\n').filter((line) => line.includes('keychain-helper'))
}

async function itemsInKeychain(): Promise<string[]> {
  const found = await Promise.all(
    [...kept.keys()].map((key) =>
      run('secret-tool', ['lookup', 'service', 'latchkey', 'username', key]).then(
        () => key,
        () => null
      )
    )
  )
  return found.filter((key) => key !== null)
}

async function filesOf(folder: string, extension: string): Promise<string[]> {
  const names = await readdir(join(home, folder), { recursive: true }).catch(() => [])
  return names.filter((name) => name.endsWith(extension))
}

async function ageKeyFile(): Promise<string> {
  const path = join(home, 'keys.txt')
  await writeFileAtomic(path, `${await generateIdentity()}\n`)
  return path
}

describe('moving everything between stores', () => {
  it('goes from the keychain to files, to SOPS and back, and nothing changes but the place', async () => {
    let harness = await openVault()
    await fill(harness, 25)
    expect(await itemsInKeychain()).toHaveLength(25)

    const files = { type: 'encrypted-file', passphrase: PASSPHRASE } as const
    expect(await moved(harness, files)).toEqual({ kind: 'done', moved: 25 })
    await expectAllKept(harness, 'encrypted-file')
    expect(await itemsInKeychain()).toEqual([])
    expect(await readBackendConfig(home)).toEqual({ type: 'encrypted-file', protection: 'passphrase' })

    await closeVault(harness)
    harness = await openVault()
    expect((await harness.vault.handlers.getSnapshot()).storage).toMatchObject({ state: 'locked' })
    await harness.vault.handlers.unlockVault({ passphrase: PASSPHRASE })
    await expectAllKept(harness, 'encrypted-file')

    await expectDoctorContent(harness, ['keychain', 'sops-config', 'age-key', 'age-recipients'])

    const sops = { type: 'sops', ageKeyFile: await ageKeyFile() } as const
    expect(await moved(harness, sops)).toEqual({ kind: 'done', moved: 25 })
    await expectAllKept(harness, 'sops')
    await expectDoctorContent(harness, ['keychain', 'sops-config'])
    expect(await filesOf('encrypted', '.enc')).toEqual([])
    expect(await readBackendConfig(home)).toEqual(sops)
    await closeVault(harness)
    harness = await openVault()
    await expectAllKept(harness, 'sops')

    expect(await moved(harness, { type: 'keychain' })).toEqual({ kind: 'done', moved: 25 })
    expect(await filesOf('auth', '.json')).toEqual([])
    expect((await stat(join(home, 'latchkey.yaml'))).mode & 0o777).toBe(0o600)
    await closeVault(harness)
    harness = await openVault()
    await expectAllKept(harness, 'keychain')
    expect(await itemsInKeychain()).toHaveLength(25)
    expect((await harness.vault.handlers.getSnapshot()).move).toBeNull()
  })

  it('can be done again and again in one life, and with another passphrase', async () => {
    const harness = await openVault()
    await fill(harness, 4)
    const files = { type: 'encrypted-file', passphrase: PASSPHRASE } as const
    for (let round = 0; round < 2; round += 1) {
      expect(await moved(harness, files)).toMatchObject({ kind: 'done' })
      expect(await moved(harness, { type: 'keychain' })).toMatchObject({ kind: 'done' })
    }
    // A new passphrase: no entry is under the old one any more.
    const other = { type: 'encrypted-file', passphrase: 'another one, twelve' } as const
    expect(await moved(harness, other)).toMatchObject({ kind: 'done' })
    await expectAllKept(harness, 'encrypted-file')
  })

  it('keeps writes waiting, and they arrive in the new store', async () => {
    const harness = await openVault()
    const { vault } = harness
    await fill(harness, 12)
    const ended = endOf(vault)
    const removed = vault.repository.list()[0]!.ref
    const copying = beginOf(vault)
    await vault.handlers.moveStore({ type: 'encrypted-file', passphrase: null })
    await copying
    const late = Array.from({ length: 5 }, (_, n) => vault.handlers.addApiKey(keyOf(100 + n, `late-${n}`)))
    const gone = vault.handlers.remove(credentialKey(removed))
    expect(await ended).toEqual({ kind: 'done', moved: 12 })
    expect((await Promise.all(late)).map(({ backend }) => backend)).toEqual(Array(5).fill('encrypted-file'))
    await gone
    for (let n = 0; n < 5; n += 1) kept.set(credentialKey(keyOf(100 + n, '')), `late-${n}`)
    expect(await itemsInKeychain()).toEqual([])
    kept.delete(credentialKey(removed))
    await expectAllKept(harness, 'encrypted-file')
  })

  it('refuses, with names and nothing changed, while an entry can not be read', async () => {
    const harness = await openVault()
    await fill(harness, 3)
    await moved(harness, { type: 'encrypted-file', passphrase: null })
    const [file = ''] = await filesOf('encrypted', '.enc')
    await writeFileAtomic(join(home, 'encrypted', file), '{')
    const state = await moved(harness, { type: 'keychain' })
    expect(state).toMatchObject({
      kind: 'failed',
      canResume: false,
      problem: { code: 'CREDENTIAL_UNREADABLE' }
    })
    if (state.kind === 'failed') expect(state.problem.message).toMatch(/can’t be read: [\w.-]+ \(/)
    expect(await itemsInKeychain()).toEqual([])
    expect(await readBackendConfig(home)).toMatchObject({ type: 'encrypted-file' })
  })

  it('is refused where LATCHKEY_STORE decides, and to the store in use', async () => {
    const harness = await openVault()
    await expect(harness.vault.handlers.moveStore({ type: 'keychain' })).rejects.toThrow('already')
    await closeVault(harness)
    const forced = await openVault({ LATCHKEY_STORE: 'keychain' })
    const target = { type: 'encrypted-file', passphrase: null } as const
    await expect(forced.vault.handlers.moveStore(target)).rejects.toThrow('LATCHKEY_STORE')
    const { chosenBy, targets } = await forced.vault.handlers.listStores()
    expect(chosenBy).toBe('environment')
    expect(targets.map(({ obstacle }) => obstacle)).toEqual(
      Array(3).fill(expect.stringContaining('LATCHKEY_STORE'))
    )
  })

  it('a key file that can not be used is said before anything is copied', async () => {
    const harness = await openVault()
    await fill(harness, 2)
    const target = { type: 'sops', ageKeyFile: join(home, 'absent.txt') } as const
    await expect(harness.vault.handlers.moveStore(target)).rejects.toMatchObject({ name: 'VaultError' })
    expect(await itemsInKeychain()).toHaveLength(2)
    expect(await readBackendConfig(home)).toBeNull()
  })
})

/** Runs the real command with `input` on its standard input. */
const latchkey = (args: readonly string[], input = ''): Promise<CliEnd> =>
  runCli(args, { LATCHKEY_HOME: home }, input)

/** Opens the home as the app does. */
async function openApp(): Promise<Harness> {
  const harness = await openVault()
  ends.push(await answerAsApp(harness))
  return harness
}

async function serve(): Promise<Serve> {
  const vault = await startServe(home)
  ends.push(vault.end)
  return vault
}

describe('latchkey move and latchkey store', () => {
  it('moves with passphrases from standard input; the next vault is locked until a command opens it', async () => {
    const harness = await openVault()
    await fill(harness, 6)
    await closeVault(harness)
    const first = await serve()
    const files = await latchkey(['move', '--to', 'encrypted-file'], `${PASSPHRASE}\n`)
    expect(files).toMatchObject({ code: 0, out: '6 entries moved to encrypted files.\n' })
    expect(files.errors).toContain('Verified: 6 of 6')
    expect(await itemsInKeychain()).toEqual([])
    await first.end()

    await serve()
    const locked = await latchkey(['store', '--json', 'all'])
    expect(locked.code).toBe(1)
    expect(JSON.parse(locked.out)).toMatchObject({
      current: 'encrypted-file',
      chosenBy: 'file',
      entries: 6,
      health: { state: 'locked' },
      move: null
    })
    const wrong = await latchkey(['move', '--to', 'keychain'], 'not this one at all\n')
    expect(wrong).toMatchObject({ code: 75, errors: expect.stringContaining('not the right one') })
    const back = await latchkey(['move', '--to', 'keychain'], `${PASSPHRASE}\n`)
    expect(back).toMatchObject({ code: 0, out: '6 entries moved to the keychain.\n' })
    expect(await latchkey(['store'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('in the keychain')
    })
    for (const { out, errors } of [files, wrong, back]) expect(`${out}${errors}`).not.toContain(PASSPHRASE)
    await endAll()
    await expectAllKept(await openVault(), 'keychain')
  })

  it('moves while the app is open, and the window sees it; an open store asks for no passphrase', async () => {
    const harness = await openApp()
    await fill(harness, 6)
    const seen: (string | undefined)[] = []
    harness.vault.on('moveChanged', (move) => seen.push(move?.state.kind))
    const files = await latchkey(['move', '--to', 'encrypted-file'], `${PASSPHRASE}\n`)
    expect(files).toMatchObject({ code: 0, out: '6 entries moved to encrypted files.\n' })
    expect(files.errors.split('\n').map((line) => line.split(':')[0])).toEqual([
      'Copied',
      'Verified',
      'Switched',
      'Removed from the old store',
      ''
    ])
    expect([seen[0], seen.at(-1)]).toEqual(['running', 'done'])
    await expectAllKept(harness, 'encrypted-file')
    expect(await latchkey(['move', '--to', 'keychain'])).toMatchObject({
      code: 0,
      out: '6 entries moved to the keychain.\n'
    })
    const again = await latchkey(['move', '--to', 'keychain'])
    expect(again).toMatchObject({ code: 64, errors: expect.stringContaining('already') })
    expect(await latchkey(['move', '--undo'])).toMatchObject({ code: 64, out: '' })
  })

  it('opens a locked store of the app, which is open for everyone then', async () => {
    const harness = await openApp()
    await fill(harness, 2)
    await moved(harness, { type: 'encrypted-file', passphrase: PASSPHRASE })
    await harness.vault.handlers.lockVault()
    const file = join(home, 'all.age')
    const exported = await latchkey(['export', file], `${PASSPHRASE}\n${PASSPHRASE}\n`)
    expect(exported).toEqual({ code: 0, out: `2 exported to ${file}, read back.\n`, errors: '' })
    expect((await harness.vault.handlers.checkStorage()).state).toBe('healthy')
    const dry = await latchkey(['import', file, '--dry-run'], `${PASSPHRASE}\n`)
    expect([dry.code, dry.errors]).toEqual([0, ''])
    expect(dry.out).toContain('stored already')
  })

  it('goes on in the vault after Ctrl-C, and says so', async () => {
    const harness = await openApp()
    await fill(harness, 25)
    const begun = beginOf(harness.vault)
    const ended = endOf(harness.vault)
    const child = spawn(process.execPath, ['bin/latchkey.mjs', 'move', '--to', 'encrypted-file'], {
      env: { ...process.env, LATCHKEY_HOME: home }
    })
    let errors = ''
    child.stderr.on('data', (text) => (errors += String(text)))
    const exit = once(child, 'close')
    typeInto(child, `${PASSPHRASE}\n`)
    await begun
    child.kill('SIGINT')
    expect(await exit).toEqual([null, 'SIGINT'])
    expect(errors).toContain('The move goes on in Latchkey.')
    expect(await ended).toEqual({ kind: 'done', moved: 25 })
    await expectAllKept(harness, 'encrypted-file')
  })

  it('stops safely when the vault closes, and is finished at the next start', async () => {
    const harness = await openApp()
    await fill(harness, 25)
    const begun = beginOf(harness.vault)
    const command = latchkey(['move', '--to', 'encrypted-file'], `${PASSPHRASE}\n`)
    await begun
    harness.vault.stopMove()
    const stopped = await command
    expect([stopped.code, stopped.out]).toEqual([70, ''])
    expect(stopped.errors).toContain('Latchkey closes, so the move stops. Nothing is lost')
    await endAll()
    await closeVault(harness)
    const next = await openApp()
    expect((await next.vault.handlers.getSnapshot()).move?.state).toMatchObject({ kind: 'interrupted' })
    const finished = await latchkey(['move', '--resume'], `${PASSPHRASE}\n`)
    expect(finished).toMatchObject({ code: 0, out: '25 entries moved to encrypted files.\n' })
    await expectAllKept(next, 'encrypted-file')
  })
})

describe('a store under a passphrase', () => {
  it('is locked after a start: listed, unusable, and open again with its passphrase', async () => {
    const first = await openVault()
    await fill(first, 6)
    await moved(first, { type: 'encrypted-file', passphrase: PASSPHRASE })
    await closeVault(first)

    const { vault } = await openVault()
    const { storage } = await vault.handlers.getSnapshot()
    const credentials = await shownCredentials(vault)
    expect(storage).toMatchObject({ backend: null, state: 'locked', problem: { code: 'VAULT_LOCKED' } })
    expect(credentials).toHaveLength(6)
    expect(new Set(credentials.map(({ status }) => status.kind))).toEqual(new Set(['locked']))
    const { ref } = vault.repository.list()[0]!
    await expect(vault.tokens.getToken(ref)).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
    await expect(vault.handlers.addApiKey(keyOf(7, 'new'))).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
    const wrong = vault.handlers.unlockVault({ passphrase: 'not this one at all' })
    await expect(wrong).rejects.toMatchObject({
      code: 'VAULT_LOCKED',
      message: expect.stringContaining('not the right')
    })

    const opened = await vault.handlers.unlockVault({ passphrase: PASSPHRASE })
    expect(opened).toEqual({ isLocked: false, needsPassphrase: true, waiting: [] })
    expect(await vault.handlers.checkStorage()).toMatchObject({ backend: 'encrypted-file', state: 'healthy' })
    expect(await textOf(vault, ref)).toBe(kept.get(credentialKey(ref)))
    const kinds = (await shownCredentials(vault)).map(({ status }) => status.kind)
    expect(new Set(kinds)).toEqual(new Set(['valid']))

    expect(await vault.handlers.lockVault()).toMatchObject({ isLocked: true })
    expect(await vault.handlers.checkStorage()).toMatchObject({ state: 'locked' })
    await expect(vault.tokens.getToken(ref)).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
  })

  it('nothing that holds secrets is left running behind the lock', async () => {
    const { vault } = await openVault()
    expect(await helpersOf(process.pid)).toHaveLength(1)
    await moved({ vault }, { type: 'encrypted-file', passphrase: PASSPHRASE })
    await vault.handlers.listStores() // asks the keychain whether a move to it is possible
    await vault.handlers.lockVault()
    await expect.poll(() => helpersOf(process.pid)).toEqual([])
  })

  it('what a failed sign-in was started with is forgotten by the lock', async () => {
    const op = await startOpenIdProvider()
    const { vault, surface } = await openVault()
    await moved({ vault }, { type: 'encrypted-file', passphrase: PASSPHRASE })
    const { clientId, clientSecret } = op.confidential
    await vault.handlers.startSignIn(signInRequest(op, { clientId, secret: clientSecret }))
    const asked = new URL(surface.last.view.url).searchParams
    const denial = { error: 'access_denied', state: asked.get('state') ?? '', iss: op.issuer }
    await fetch(`${asked.get('redirect_uri')}?${new URLSearchParams(denial).toString()}`)
    const signIns = async () => (await vault.handlers.getSnapshot()).signIns
    await expect.poll(signIns).toMatchObject([{ state: { kind: 'failed', canRetry: true } }])
    const [failed] = await signIns()
    await vault.handlers.lockVault()
    expect(await signIns()).toEqual([])
    await expect(vault.handlers.retrySignIn(failed!.attempt)).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
    await op.close()
  })

  it('without a window no other store is locked, and none takes a passphrase', async () => {
    const { vault } = await openVault()
    expect(await vault.handlers.lockVault()).toMatchObject({ isLocked: false, needsPassphrase: false })
    await expect(vault.handlers.unlockVault({ passphrase: 'x' })).rejects.toThrow('has no passphrase')
  })

  it('an entry of another store says where it is when the configuration was changed by hand', async () => {
    const first = await openVault()
    await fill(first, 1)
    await closeVault(first)
    await writeFileAtomic(join(home, 'latchkey.yaml'), 'store: {type: encrypted-file, protection: machine}\n')
    const { vault } = await openVault()
    const { ref } = vault.repository.list()[0]!
    await expect(vault.tokens.getToken(ref)).rejects.toThrow(
      'is in the keychain, but the store in use is encrypted files. Move it, or change the store back.'
    )
    expect(await itemsInKeychain()).toHaveLength(1)
    expect(await readFile(join(home, 'latchkey.yaml'), 'utf8')).toContain('machine')
  })
})
