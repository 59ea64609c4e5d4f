import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp } from '../support/open-app.ts'
import { contentsOf, makeReadOnly, makeWritable, reader } from '../support/read-only-folder.ts'
import { type CliEnd, runCli } from '../support/run-cli.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'
import { endVaults, statusOf, vaultsOf } from '../support/vault-processes.ts'

let home = ''
beforeEach(async () => {
  home = await newVaultHome()
})
afterEach(async () => {
  await endVaults(home)
  await removeVaultHome(home)
})

function store(env: Readonly<Record<string, string>> = {}, user?: number): Promise<CliEnd> {
  return runCli(['store', '--json', 'all'], { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file', ...env }, '', user)
}

/** A home with one key, which no process has open. */
async function keepKey(): Promise<void> {
  const { vault } = await openTestVault({ home, store: 'file', hasKeychain: false })
  await vault.handlers.addApiKey({
    service: 'stripe',
    name: 'Stripe',
    account: 'acme',
    key: 'sk_test_0123456789abcdefghij',
    allowedHosts: [],
    expiresAt: null,
    replace: false
  })
  await vault.close()
}

const inFiles = { chosenBy: 'environment', health: { backend: 'encrypted-file' }, move: null }

describe('latchkey store', () => {
  it('asks the app that is open on the home', async () => {
    await keepKey()
    const { close } = await openTestApp({ home, store: 'file', hasKeychain: false })
    try {
      const { code, out, errors } = await store()
      // Files that no keychain seals are weaker than usual.
      expect([code, errors]).toEqual([1, ''])
      expect(JSON.parse(out)).toMatchObject({ ...inFiles, entries: 1 })
      expect((await statusOf(home)).holder).toBe('app')
    } finally {
      await close()
    }
  })

  it('starts a vault where none runs', async () => {
    await keepKey()
    const { out, errors } = await store()
    expect(errors).toBe('')
    expect(JSON.parse(out)).toMatchObject({ ...inFiles, entries: 1 })
    expect((await statusOf(home)).holder).toBe('serve')
  })

  it('looks from outside where there is no home yet: nothing is made, and nothing is started', async () => {
    await rm(home, { recursive: true })
    const { out, errors } = await store()
    expect(errors).toBe('')
    expect(JSON.parse(out)).toMatchObject({ ...inFiles, entries: 0 })
    await expect(stat(home)).rejects.toThrow('ENOENT')
    expect(vaultsOf(home)).toEqual([])
  })

  it('looks from outside where the folder can not be written, and leaves all of it as it is', async () => {
    await keepKey()
    await makeReadOnly(home)
    const before = await contentsOf(home)
    const { out, errors } = await store({}, reader)
    expect(errors).toBe('')
    expect(JSON.parse(out)).toMatchObject({ ...inFiles, entries: 1 })
    expect([await contentsOf(home), vaultsOf(home)]).toEqual([before, []])
    await makeWritable(home)
  })

  it('says that the catalog can not be read where no vault starts, and leaves it as it is', async () => {
    const text = 'not a catalog'.repeat(50)
    await writeFile(join(home, 'catalog.db'), text, { mode: 0o600 })
    expect(await store()).toMatchObject({
      code: 70,
      out: '',
      errors: expect.stringContaining('(CREDENTIAL_UNREADABLE)')
    })
    expect(await readFile(join(home, 'catalog.db'), 'utf8')).toBe(text)
    expect((await readdir(home)).filter((name) => name.startsWith('catalog'))).toEqual(['catalog.db'])
  })

  it.runIf(reader !== undefined)(
    'tells no other user that a home is empty which that user can not read',
    async () => {
      await keepKey()
      await chmod(home, 0o700)
      const { code, out, errors } = await store({}, reader)
      expect([code, out]).toEqual([69, ''])
      expect(errors).toContain('The system does not let this program reach Latchkey')
    }
  )

  it('is for the person: a paired program is refused', async () => {
    const key = join(home, 'build.key')
    const env = { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file' }
    expect((await runCli(['pair', 'build', '--key-file', key], env)).code).toBe(0)
    expect(await store({ LATCHKEY_CLIENT_KEY: key })).toMatchObject({
      code: 64,
      out: '',
      errors: 'latchkey: Only the person may ask for this, not a program. (INVALID_REQUEST)\n'
    })
  })
})
