import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DoctorCheckId, doctorReport, type DoctorReport, type DoctorRow } from '#shared/doctor.ts'
import { doctorTable } from '#shared/doctor-table.ts'
import { holdHome } from '../../src-main/home/hold-home.ts'
import { openCatalog } from '../../src-main/storage/catalog/catalog.ts'
import { openTestApp } from '../support/open-app.ts'
import { type CliEnd, runCli, typeInto } from '../support/run-cli.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'
import { endVaults, isRunning, statusOf, vaultsOf } from '../support/vault-processes.ts'
import { shownCredentials } from '../support/shown-credentials.ts'

const SECRET = 'sk_planted_0123456789abcdefghijkl'
const apiKey = {
  service: 'stripe',
  name: 'Stripe',
  account: 'acme',
  key: SECRET,
  allowedHosts: [],
  expiresAt: null,
  replace: false
}
const id = JSON.stringify(['stripe', 'acme'])

let home = ''
let open: Harness | null = null
beforeEach(async () => {
  home = await newVaultHome()
})
afterEach(async () => {
  await open?.vault.close()
  open = null
  await endVaults(home)
  await removeVaultHome(home)
})

async function openVault(): Promise<Harness> {
  open = await openTestVault({ home })
  return open
}
async function closeVault(): Promise<void> {
  await open?.vault.close()
  open = null
}

function latchkey(args: readonly string[], env: Record<string, string> = {}): Promise<CliEnd> {
  return runCli(args, { LATCHKEY_HOME: home, ...env })
}
async function doctor(...args: string[]): Promise<DoctorReport & { readonly code: number }> {
  const { code, out } = await latchkey(['doctor', '--json', 'all', ...args])
  return { ...parse(doctorReport, JSON.parse(out)), code }
}
function rowOf({ rows }: DoctorReport, wanted: DoctorCheckId): DoctorRow {
  return rows.find((row) => row.id === wanted)!
}
const keychain = (args: readonly string[], input = ''): Promise<string> =>
  new Promise((done) => {
    const child = execFile('secret-tool', args, (_error, out) => done(out))
    typeInto(child, input)
  })
const item = ['service', 'latchkey', 'username', id]

describe('latchkey doctor on a real keychain', () => {
  it('passes before the first start, with the milliseconds of a real round trip, and makes nothing', async () => {
    await rm(home, { recursive: true })
    const report = await doctor()
    expect(report.code).toBe(0)
    expect(rowOf(report, 'keychain').fact).toMatch(/^write, read, delete in \d+ ms$/)
    await expect(stat(home)).rejects.toThrow('ENOENT')
    expect(vaultsOf(home)).toEqual([])
    expect(await keychain(['search', '--all', 'service', 'latchkey'])).not.toContain('doctor')
  })

  it('looks from outside while a process has the home open that does not answer, and changes nothing', async () => {
    const { vault } = await openVault()
    await vault.handlers.addApiKey(apiKey)
    const catalog = join(home, 'catalog.db')
    await chmod(catalog, 0o644)
    const before = await readdir(home)
    const report = await doctor('--entries')
    expect(rowOf(report, 'entries').fact).toBe('1 of 1')
    expect(rowOf(report, 'modes')).toMatchObject({ state: 'warning', fixable: true })
    expect(report.code).toBe(1)
    expect((await stat(catalog)).mode & 0o777).toBe(0o644)
    expect(await readdir(home)).toEqual(before)
    await vault.handlers.addApiKey({ ...apiKey, account: 'second' })
    expect(await shownCredentials(vault)).toHaveLength(2)
    expect(JSON.stringify(report)).not.toContain(SECRET)
  })

  it('repairs modes and leftovers, keeps every credential, and passes then', async () => {
    const { vault } = await openVault()
    await vault.handlers.addApiKey(apiKey)
    await closeVault()
    await chmod(join(home, 'catalog.db'), 0o664)
    await mkdir(join(home, 'sealed'), { recursive: true, mode: 0o755 })
    await writeFile(join(home, 'sealed', '.999999999-0123456789abcdef.tmp'), SECRET, { mode: 0o600 })
    const found = await doctor()
    expect([rowOf(found, 'modes').state, rowOf(found, 'leftovers').state]).toEqual(['warning', 'warning'])
    const fixed = await doctor('--fix')
    expect(fixed.repaired).toEqual(['Made 2 files and folders private.', 'Removed 1 half-written file.'])
    expect(fixed.code).toBe(0)
    expect((await stat(join(home, 'catalog.db'))).mode & 0o777).toBe(0o600)
    expect((await keychain(['lookup', ...item])).includes(SECRET)).toBe(true)
  })

  it('names a broken and a missing record, never what is in it, and deletes nothing', async () => {
    const { vault } = await openVault()
    await vault.handlers.addApiKey(apiKey)
    await vault.handlers.addApiKey({ ...apiKey, account: 'gone' })
    await closeVault()
    await keychain(['store', '--label=x', ...item], `{"v":1,"key":"${SECRET}"`)
    await keychain(['clear', 'service', 'latchkey', 'username', JSON.stringify(['stripe', 'gone'])])
    const text = await latchkey(['doctor', '--entries'])
    const report = await doctor('--entries', '--fix')
    expect(text.code).toBe(2)
    expect(rowOf(report, 'entries').fact).toBe(
      '0 of 2; without a secret: Stripe (gone); can’t be opened: Stripe (acme)'
    )
    expect(text.out + text.errors + JSON.stringify(report)).not.toContain(SECRET)
    expect(await keychain(['lookup', ...item])).toContain(SECRET)
  })

  it('leaves an interrupted operation to a vault that is about to open the home', async () => {
    const catalog = await openCatalog(join(home, 'catalog.db'))
    catalog.begin(JSON.stringify(['stripe', 'never']), 'save', new Date())
    catalog.close()
    const release = await holdHome(home, 0)
    expect(rowOf(await doctor('--fix'), 'intents').state).toBe('warning')
    release?.()
    expect(rowOf(await doctor('--fix'), 'intents').state).toBe('ok')
  })

  it('settles an interrupted operation, but leaves it to the app while that is open', async () => {
    await (await openVault()).vault.handlers.addApiKey(apiKey)
    await closeVault()
    const catalog = await openCatalog(join(home, 'catalog.db'))
    catalog.begin(JSON.stringify(['stripe', 'never']), 'save', new Date())
    const held = await doctor('--fix')
    expect(rowOf(held, 'intents')).toMatchObject({ state: 'warning', fact: '1 operation not finished' })
    catalog.close()
    const settled = await doctor('--fix')
    expect(settled.repaired).toEqual(['Settled 1 interrupted operation.'])
    expect(rowOf(settled, 'intents').state).toBe('ok')
    expect(await shownCredentials((await openVault()).vault)).toHaveLength(1)
  })

  it('finds what llxprt, kstlib and kiwi left, and touches none of it', async () => {
    const old = join(homedir(), '.llxprt', 'tools')
    await mkdir(old, { recursive: true })
    await writeFile(join(old, 'exa.key'), SECRET)
    await keychain(['store', '--label=x', 'service', 'kiwi-mcp', 'username', 'supabase_access_token'], SECRET)
    const report = await doctor('--fix')
    expect(rowOf(report, 'old-llxprt').fact).toBe('1 file: ~/.llxprt/tools/exa.key')
    expect(rowOf(report, 'old-kiwi').fact).toContain('supabase_access_token')
    expect(await readFile(join(old, 'exa.key'), 'utf8')).toBe(SECRET)
    expect(JSON.stringify(report)).not.toContain(SECRET)
    await rm(join(homedir(), '.llxprt'), { recursive: true })
    await keychain(['clear', 'service', 'kiwi-mcp', 'username', 'supabase_access_token'])
  })

  it('fails without a keychain and says what to do, in words and without colour', async () => {
    const { code, out } = await latchkey(['doctor'], { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' })
    expect(code).toBe(2)
    expect(out).toMatch(/✗ Keychain round trip +The keychain .*\(KEYCHAIN_UNAVAILABLE\)/)
    expect(out).toContain('→ Start the keychain')
    expect(out).not.toContain('\u001b')
  })

  it('refuses a setting and an option that it does not know', async () => {
    expect(await latchkey(['doctor'], { LATCHKEY_HOME: 'here' })).toMatchObject({
      code: 64,
      errors: 'latchkey: LATCHKEY_HOME must be an absolute path; “~” is not expanded. (CONFIG_INVALID)\n'
    })
    expect((await latchkey(['doctor', '--nope'])).code).toBe(64)
  })
})

describe('the doctor in the app', () => {
  it('remembers when it looked, and tells when the clock went back since', async () => {
    const { vault } = await openVault()
    expect(rowOf(await vault.handlers.runDoctor({ readEntries: true }), 'clock').state).toBe('ok')
    await closeVault()
    const catalog = await openCatalog(join(home, 'catalog.db'))
    catalog.setPreference('doctorLastLook', new Date(Date.now() + 3_600_000).toISOString())
    catalog.close()
    expect(rowOf(await doctor(), 'clock').fact).toContain('moved back by 60 minutes')
    const again = await openVault()
    const report = await again.vault.handlers.fixDoctor({ checks: ['modes'], readEntries: false })
    expect(rowOf(report, 'clock').state).toBe('warning')
  })
})

/** The doctor's version tells who looked: this vault is of another one than the command. */
const OF_THE_APP = '0.0.0-test'

describe('latchkey doctor while a vault answers', () => {
  it('asks the app that is open, which finds the same as from outside', async () => {
    await (await openVault()).vault.handlers.addApiKey(apiKey)
    await closeVault()
    const outside = await doctor('--entries')
    const app = await openTestApp({ home })
    try {
      const asked = await doctor('--entries')
      expect([outside.version, asked.version]).toEqual([expect.not.stringMatching(OF_THE_APP), OF_THE_APP])
      const found = ({ rows }: DoctorReport) => rows.map(({ id: check, state }) => [check, state])
      expect(found(asked)).toEqual(found(outside))
      expect(rowOf(asked, 'entries').fact).toBe('1 of 1')
      expect(JSON.stringify(asked)).not.toContain(SECRET)
    } finally {
      await app.close()
    }
  })

  it('repairs by the app, and what the window copies stays what it has shown', async () => {
    const app = await openTestApp({ home })
    try {
      const { vault, copied } = app
      await vault.handlers.addApiKey(apiKey)
      await chmod(join(home, 'catalog.db'), 0o644)
      const shown = await vault.handlers.runDoctor({ readEntries: false })
      expect(rowOf(shown, 'modes').state).toBe('warning')
      const fixed = await doctor('--fix')
      expect([fixed.version, fixed.repaired]).toEqual([OF_THE_APP, ['Made 1 file or folder private.']])
      expect((await stat(join(home, 'catalog.db'))).mode & 0o777).toBe(0o600)
      await vault.handlers.copyDoctorReport()
      expect(copied).toEqual([doctorTable(shown, false)])
    } finally {
      await app.close()
    }
  })

  it('looks from outside when the vault that runs does not answer', { timeout: 60_000 }, async () => {
    expect((await latchkey(['audit'], { LATCHKEY_STORE: 'file' })).code).toBe(0)
    const { pid } = await statusOf(home)
    process.kill(pid, 'SIGSTOP')
    const report = await doctor()
    expect(report.rows.length).toBeGreaterThan(10)
    expect(rowOf(report, 'catalog').state).toBe('ok')
    expect(isRunning(pid)).toBe(true)
  })

  it('is for the person: a paired program is refused', async () => {
    const key = join(home, 'build.key')
    const store = { LATCHKEY_STORE: 'file' }
    expect((await latchkey(['pair', 'build', '--key-file', key], store)).code).toBe(0)
    for (const args of [['doctor'], ['doctor', '--fix']]) {
      expect(await latchkey(args, { ...store, LATCHKEY_CLIENT_KEY: key })).toMatchObject({
        code: 64,
        out: '',
        errors: 'latchkey: Only the person may ask for this, not a program. (INVALID_REQUEST)\n'
      })
    }
  })
})
