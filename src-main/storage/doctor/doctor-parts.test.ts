import { spawnSync } from 'node:child_process'
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { openCatalog } from '../catalog/catalog.ts'
import { toCatalogEntry } from '../../core/catalog-entry.ts'
import { encodeCredential } from '../records/credential-codec.ts'
import { isCatalogInUse, readCatalogFile, readStoredEntry, viewOf } from './doctor-catalog.ts'
import { createDoctorFiles } from './doctor-files.ts'
import { createDoctorKeychain } from './doctor-keychain.ts'
import { bindLoopback } from '../../vault/doctor.ts'
import { sopsSetup } from './doctor-sops.ts'
import { findOldFiles } from '../files/old-files.ts'
import { safeName } from '../files/file-names.ts'
import { createMemoryKeychain, exampleApiKey, exampleRef } from '../storage.testkit.ts'

const SECRET = 'sk_planted_0123456789abcdefghij'
let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'latchkey-doctor-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function write(name: string, text = 'x', mode = 0o600): Promise<string> {
  const path = join(home, name)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, text)
  await chmod(path, mode)
  return path
}
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777
const filesOf = (uid = process.getuid?.() ?? null) =>
  createDoctorFiles({
    home,
    except: [join(home, 'browser')],
    sealed: [join(home, 'sealed'), join(home, 'encrypted')],
    overflow: join(home, 'sealed-overflow'),
    uid
  })

describe('the files below a home', () => {
  it('are fine when they are for their owner alone', async () => {
    await write('sealed/a.enc')
    await write('keys/sops.json', 'x', 0o400)
    expect(await filesOf().audit()).toEqual({
      exists: true,
      homeProblem: null,
      isDurable: true,
      open: [],
      foreign: [],
      leftovers: []
    })
  })

  it.each([
    ['EINVAL', false],
    ['EOPNOTSUPP', false],
    ['EIO', true]
  ])('are in a folder whose sync fails with %s, and that counts as durable: %s', async (code, isDurable) => {
    await write('sealed/a.enc')
    const folder = await open(home, 'r')
    const prototype = Object.getPrototypeOf(folder) as typeof folder
    await folder.close()
    const sync = vi.spyOn(prototype, 'sync').mockRejectedValue(Object.assign(new Error(code), { code }))
    onTestFinished(() => sync.mockRestore())
    expect((await filesOf().audit()).isDurable).toBe(isDurable)
  })

  it('are reported when others may read them, and are closed without gaining permissions', async () => {
    const file = await write('sealed/a.enc', 'x', 0o640)
    const readOnly = await write('sealed/b.enc', 'x', 0o444)
    await chmod(join(home, 'sealed'), 0o755)
    await write('browser/Cookies', 'x', 0o644)
    expect((await filesOf().audit()).open).toEqual(['sealed', 'sealed/a.enc', 'sealed/b.enc'])
    expect(await modeOf(file)).toBe(0o640)
    expect(await filesOf().close()).toBe(3)
    expect([await modeOf(file), await modeOf(readOnly), await modeOf(join(home, 'sealed'))]).toEqual([
      0o600, 0o400, 0o700
    ])
    expect((await filesOf().audit()).open).toEqual([])
  })

  it('that are links or belong to another user are named and never touched', async () => {
    const outside = join(home, '..', `${home.split('/').at(-1)}-outside`)
    await writeFile(outside, 'x')
    await chmod(outside, 0o644)
    await symlink(outside, join(home, 'link'))
    expect((await filesOf().audit()).foreign).toEqual(['link'])
    await filesOf().close()
    expect(await modeOf(outside)).toBe(0o644)
    await rm(outside)
    const other = await filesOf((process.getuid?.() ?? 0) + 1).audit()
    expect(other.homeProblem).toBe('It belongs to another user.')
    expect(other.open).toEqual([])
  })

  it('of dead writers are removed, and those of living writers stay', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const leftover = `sealed/.${dead}-0123456789abcdef.tmp`
    const living = await write(`sealed/.${process.ppid}-0123456789abcdef.tmp`)
    await write(leftover)
    await write('sealed/a.enc')
    expect((await filesOf().audit()).leftovers).toEqual([leftover])
    expect(await filesOf().sweep()).toBe(1)
    expect((await filesOf().audit()).leftovers).toEqual([])
    expect(await readFile(living, 'utf8')).toBe('x')
    expect(await readFile(join(home, 'sealed/a.enc'), 'utf8')).toBe('x')
  })

  it('without an entry are strays; files with an entry are not, even under a name that was cut', async () => {
    const long = credentialKey({ service: 'github', account: 'a'.repeat(190) })
    const key = credentialKey(exampleRef)
    await write(`sealed/${safeName(key, 180)}.enc`)
    await write(`sealed/${safeName(long, 180)}.enc`)
    await write('sealed/nobody.enc')
    await write('sealed-overflow/1.sealed', JSON.stringify({ account: key }))
    await write('sealed-overflow/2.sealed', JSON.stringify({ account: 'gone', data: SECRET }))
    await write('sealed-overflow/3.sealed', 'broken')
    expect(await filesOf().strays([key, long])).toEqual(['nobody.enc', '2.sealed', '3.sealed'])
  })

  it('do not exist before the first start', async () => {
    await rm(home, { recursive: true })
    expect((await filesOf().audit()).exists).toBe(false)
    await expect(stat(home)).rejects.toThrow('ENOENT')
  })
})

describe('the round trip through a keychain', () => {
  const trip = (load: Parameters<typeof createDoctorKeychain>[0]['load'], deadlineMs = 200) =>
    createDoctorKeychain({
      load,
      isUsed: () => true,
      service: 'latchkey',
      now: () => performance.now(),
      deadlineMs
    })

  it('tells its milliseconds and leaves nothing behind', async () => {
    const keychain = createMemoryKeychain()
    expect(await trip(async () => keychain).keychainRoundTrip()).toEqual({
      kind: 'ok',
      ms: expect.any(Number)
    })
    expect(keychain.items.size).toBe(0)
    expect(keychain.calls).toHaveLength(4)
  })

  it('tells a missing, refusing and silent keychain apart, without the words of its error', async () => {
    const keychain = createMemoryKeychain()
    keychain.fail(new Error(`locked: ${SECRET}`))
    const refused = await trip(async () => keychain).keychainRoundTrip()
    expect(refused).toMatchObject({ kind: 'failed', problem: { code: 'KEYCHAIN_LOCKED' } })
    expect(JSON.stringify(refused)).not.toContain(SECRET)
    expect(await trip(async () => null).keychainRoundTrip()).toEqual({ kind: 'absent' })
    const silent = createMemoryKeychain()
    silent.hang('set')
    const probe = trip(async () => silent, 30)
    for (const _ of [1, 2]) {
      expect(await probe.keychainRoundTrip()).toMatchObject({ problem: { code: 'KEYCHAIN_TIMEOUT' } })
    }
    expect(silent.calls).toHaveLength(1)
    silent.interrupt()
  })

  it('never calls a keychain that must not be used', async () => {
    const parts = createDoctorKeychain({
      load: () => Promise.reject(new Error('called')),
      isUsed: () => false,
      service: 'latchkey',
      now: () => 0
    })
    expect(await parts.keychainRoundTrip()).toEqual({ kind: 'not-used' })
    expect(await parts.oldKiwiAccounts()).toEqual([])
  })

  it('names accounts of kiwi that are there, without their values', async () => {
    const keychain = createMemoryKeychain()
    expect(await trip(async () => keychain).oldKiwiAccounts()).toEqual([])
    await keychain.setPassword('kiwi-mcp', 'supabase_access_token', SECRET)
    expect(await trip(async () => keychain).oldKiwiAccounts()).toEqual(['supabase_access_token'])
    expect(keychain.items.size).toBe(1)
  })
})

describe('a catalog seen from outside', () => {
  it('is read while its owner has it open, and changed in nothing', async () => {
    const path = join(home, 'catalog.db')
    expect(await readCatalogFile(path)).toBeNull()
    const catalog = await openCatalog(path)
    catalog.put(toCatalogEntry(exampleApiKey(SECRET), 'encrypted-file', null))
    catalog.begin('["gone","x"]', 'save', new Date())
    catalog.setPreference('preferences', { theme: 'dark' })
    await chmod(path, 0o644)
    const seen = await readCatalogFile(path)
    expect(seen?.entries).toEqual(catalog.list())
    expect(seen?.keys).toEqual(catalog.keys())
    expect(seen?.intents).toBe(1)
    expect(viewOf(catalog, () => false).intents).toBe(1)
    expect(viewOf(catalog, (key) => key === '["gone","x"]').intents).toBe(0)
    expect(seen?.preference('preferences')).toEqual({ theme: 'dark' })
    expect(await modeOf(path)).toBe(0o644)
    expect(isCatalogInUse(path)).toBe(true)
    catalog.close()
    expect(isCatalogInUse(path)).toBe(false)
    const before = await readdir(home)
    expect((await readCatalogFile(path))?.intents).toBe(1)
    expect(await readdir(home)).toEqual(before)
  })

  it('that is broken is reported as broken, without its content, and left as it is', async () => {
    const path = await write('catalog.db', SECRET.repeat(200))
    const error: unknown = await readCatalogFile(path).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    expect(String(error)).not.toContain(SECRET)
    // A file that is not a catalog does not count as in use.
    expect(isCatalogInUse(path)).toBe(false)
    expect(await readFile(path, 'utf8')).toBe(SECRET.repeat(200))
  })

  it('tells a readable, an absent and a broken record apart', async () => {
    const entry = toCatalogEntry(exampleApiKey(SECRET), 'keychain', null)
    const found = (value: string | null, last: Date | null = null) =>
      readStoredEntry(
        { read: async () => (value === null ? null : { value, backend: 'keychain' as const }) },
        entry,
        last
      )
    expect(await found(encodeCredential(exampleApiKey(SECRET)))).toBe('readable')
    expect(await found(null)).toBe('absent')
    expect(await found(`{"v":1,"key":"${SECRET}"`)).toBe('unreadable')
    const saved = encodeCredential(exampleApiKey(SECRET), new Date(2000))
    expect(await found(saved, new Date(2000))).toBe('readable')
    expect(await found(saved, new Date(2001))).toBe('older')
  })
})

describe('the surroundings of a home', () => {
  it('a loopback port can be bound; on an address that is not ours it can not', async () => {
    await expect(bindLoopback()).resolves.toBeUndefined()
    await expect(bindLoopback('192.0.2.1')).rejects.toThrow('EADDRNOTAVAIL')
  })

  it('files of llxprt and kstlib are found by name, and nothing else is', async () => {
    expect(await findOldFiles(home)).toEqual({ llxprt: [], kstlib: [] })
    await write('.llxprt/tools/exa.key')
    await write('.llxprt/mcp-oauth-tokens-v2.json')
    await write('.llxprt/provider-keys/openai.enc')
    await write('.llxprt/settings.json')
    await write('.config/kstlib/auth/tokens/github.token.json')
    await write('.config/other/auth/tokens/corp.token.sops.json')
    await write('.config/kstlib/config.json')
    expect(await findOldFiles(home)).toEqual({
      llxprt: [
        '~/.llxprt/mcp-oauth-tokens-v2.json',
        '~/.llxprt/provider-keys/openai.enc',
        '~/.llxprt/tools/exa.key'
      ],
      kstlib: [
        '~/.config/kstlib/auth/tokens/github.token.json',
        '~/.config/other/auth/tokens/corp.token.sops.json'
      ]
    })
  })

  it('the set-up for SOPS is looked at only when it is configured', async () => {
    const keyFile = join(home, 'keys.txt')
    const look = (recipients: readonly string[] | null) =>
      sopsSetup({
        configured: recipients && { recipients },
        keyFile,
        configFiles: [join(home, '.sops.yaml')]
      })
    expect(await look(null)).toBeNull()
    expect(await look([])).toEqual({ hasConfig: false, keyFile: 'missing', recipients: 0 })
    await write('keys.txt', SECRET, 0o644)
    expect((await look([]))?.keyFile).toBe('open-to-others')
    await chmod(keyFile, 0o600)
    await write('.sops.yaml', `creation_rules:\n  - age: age1${'q'.repeat(58)}\n`)
    expect(await look(['age1x'])).toEqual({ hasConfig: true, keyFile: 'readable', recipients: 2 })
  })
})
