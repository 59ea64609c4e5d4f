import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CredentialRef, credentialKey, refFromKey } from '#shared/credential.ts'
import type { Vault } from '../../src-main/vault/vault-ports.ts'
import { openTestApp } from '../support/open-app.ts'
import { type GoTrueServer, startGoTrue } from '../support/gotrue-server.ts'
import { runCli } from '../support/run-cli.ts'
import { allOf, PASSPHRASE, previewed, TransferWorld } from '../support/transfer-world.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'
import { shownCredentials } from '../support/shown-credentials.ts'

const PASSWORD = 'planted-password-0123456789'
const ANA = { email: 'ana@example.test', password: PASSWORD }

let project: GoTrueServer
let home = ''
let open: Vault | null = null
beforeEach(async () => {
  project = await startGoTrue()
  project.addUser(ANA)
  home = await newVaultHome()
})
afterEach(async () => {
  await open?.close()
  await project.close()
  await removeVaultHome(home)
})

async function start(): Promise<Vault> {
  open = (await openTestVault({ home, store: 'file', hasKeychain: false })).vault
  return open
}
async function end(): Promise<void> {
  await open?.close()
  open = null
}

async function signIn({ handlers }: Vault): Promise<CredentialRef> {
  const project_ = { project: project.url, projectKey: project.key, name: 'Shop' }
  const { state } = await handlers.signInWithPassword({ kind: 'new', ...project_, ...ANA })
  const ref = state.kind === 'done' ? refFromKey(state.credential) : null
  if (ref === null) throw new Error('The sign-in brought no credential.')
  return ref
}

/** Every file below the home, by name and as text. */
async function everything(): Promise<string> {
  const names = await readdir(home, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile())
  const texts = files.map(async (entry) => await readFile(join(entry.parentPath, entry.name), 'latin1'))
  return (await Promise.all(texts)).join('\n')
}

describe('a sign-in at a Supabase project in the whole vault', () => {
  it('is stored, read back after a restart, renewed and used', async () => {
    const ref = await signIn(await start())
    await end()
    const vault = await start()
    const { providers } = await vault.handlers.getSnapshot()
    const credentials = await shownCredentials(vault)
    expect(providers.find(({ kind }) => kind === 'password')).toMatchObject({ id: 'supabase-auth' })
    expect(credentials).toMatchObject([{ name: 'Shop', signsInBy: 'password', status: { kind: 'valid' } }])
    await vault.handlers.refresh(credentials[0]!.id)
    const token = await vault.tokens.getToken(ref)
    expect(project.sessions.userOf(token.expose((text) => text))?.email).toBe('ana@example.test')
    expect(await vault.handlers.checkNow(credentials[0]!.id)).toMatchObject({ works: true })
  })

  it('leaves the password and the project’s key in no file, also while it is open', async () => {
    const vault = await start()
    await signIn(vault)
    await expect(
      vault.handlers.signInWithPassword({
        kind: 'new',
        project: project.url,
        projectKey: project.key,
        name: '',
        email: ANA.email,
        password: `${PASSWORD}-wrong`
      })
    ).rejects.toMatchObject({ code: 'SIGN_IN_DENIED' })
    const open = await everything()
    await end()
    for (const text of [open, await everything()]) {
      expect(text).toContain('ana@example.test')
      expect(text).not.toContain(PASSWORD)
      expect(text).not.toContain(project.key)
    }
  })

  it('is signed out of at the project and here', async () => {
    const vault = await start()
    const ref = await signIn(vault)
    const [entry] = await shownCredentials(vault)
    expect(await vault.handlers.signOut(entry!.id)).toEqual({
      removed: true,
      revoked: 'yes',
      isNoted: false
    })
    expect(project.sessions.count).toBe(0)
    expect(vault.repository.find(ref)).toBeNull()
  })

  it('is signed out of on the command line too', async () => {
    const app = await openTestApp({ home, store: 'file', hasKeychain: false })
    try {
      const { service, account } = await signIn(app.vault)
      const env = { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file' }
      const { out } = await runCli(['sign-out', service, account], env)
      expect(out).toMatch(/deleted\nAt the provider: revoked/)
      expect(project.sessions.count).toBe(0)
    } finally {
      await app.close()
    }
  })

  it('whose record can not be read is repaired by the password, with the key entered again', async () => {
    const ref = await signIn(await start())
    await end()
    const sealed = join(home, 'sealed')
    const [file, ...others] = (await readdir(sealed)).filter((name) => !name.startsWith('.'))
    expect(others).toEqual([])
    await writeFile(join(sealed, file!), 'not a record any more')
    const vault = await start()
    const again = { kind: 'again', credential: credentialKey(ref), ...ANA } as const
    await expect(vault.handlers.signInWithPassword({ ...again, projectKey: null })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('Enter it again')
    })
    const { state } = await vault.handlers.signInWithPassword({ ...again, projectKey: project.key })
    expect(state).toEqual({ kind: 'done', credential: credentialKey(ref) })
    const token = await vault.tokens.getToken(ref)
    expect(project.sessions.userOf(token.expose((text) => text))?.email).toBe('ana@example.test')
  })
})

describe('a sign-in at a Supabase project on another computer', () => {
  let world: TransferWorld
  beforeEach(async () => {
    world = await TransferWorld.begin()
  })
  afterEach(() => world.end())

  it('comes whole with an export, and goes on being renewed there', async () => {
    const from = await world.openHome('from')
    const ref = await signIn(from.vault)
    await world.exported(from)
    await world.closeHome(from)
    const to = await world.openHome('to')
    const preview = await previewed(to, PASSPHRASE)
    expect(preview.rows).toMatchObject([{ kind: 'oauth', state: 'new' }])
    const all = { id: preview.id, rows: allOf(preview), replace: false, removePlaintext: false }
    expect(await to.vault.handlers.runImport(all)).toMatchObject({ imported: 1 })
    await to.vault.handlers.refresh(credentialKey(ref))
    const token = await to.vault.tokens.getToken(ref)
    expect(project.sessions.userOf(token.expose((text) => text))?.email).toBe('ana@example.test')
    expect(project.requests.at(-1)?.headers['apikey']).toBe(project.key)
  })
})
