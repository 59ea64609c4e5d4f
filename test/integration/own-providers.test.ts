import { chmod, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'

const SECRET = 'plantedSecretThatMustNotBeSeen0123456789'
const row = {
  kind: 'oauth',
  id: 'forge',
  name: 'Our forge',
  endpoints: { kind: 'discovered', issuer: 'https://git.example.net' },
  surfaces: ['browser']
}

let home = ''
let open: Harness | null = null
beforeEach(async () => {
  home = await newVaultHome()
})
afterEach(async () => {
  await open?.vault.close()
  open = null
  await removeVaultHome(home)
})

/** Starts a vault with these providers in `providers.json`. */
async function startWith(providers: readonly unknown[]): Promise<Harness> {
  await writeFile(join(home, 'providers.json'), JSON.stringify({ providers }), { mode: 0o600 })
  open = await openTestVault({ home, store: 'file', hasKeychain: false })
  return open
}

async function gallery({ vault }: Harness): Promise<readonly ProviderChoice[]> {
  return (await vault.handlers.getSnapshot()).providers
}

async function doctorRow({ vault }: Harness) {
  const { rows } = await vault.handlers.runDoctor({ readEntries: false })
  return rows.find(({ id }) => id === 'providers')
}

describe('providers.json in the data folder', () => {
  it('adds a row to the gallery, which the doctor counts', async () => {
    const harness = await startWith([row])
    expect((await gallery(harness)).find(({ id }) => id === 'forge')).toMatchObject({
      name: 'Our forge',
      surface: 'browser',
      host: 'git.example.net'
    })
    expect(await doctorRow(harness)).toMatchObject({ state: 'ok', fact: '1 row in providers.json' })
    expect(harness.warnings).toEqual([])
  })

  it.each([
    ['others can write it', (path: string) => chmod(path, 0o666), 'providers.json can be written by others.'],
    [
      'it is a link',
      async (path: string) => {
        await rename(path, `${path}.elsewhere`)
        await symlink(`${path}.elsewhere`, path)
      },
      'providers.json is a link; name the file itself.'
    ]
  ])('is not believed when %s, and the doctor says so', async (_name, change, fact) => {
    const path = join(home, 'providers.json')
    await writeFile(path, JSON.stringify({ providers: [row] }), { mode: 0o600 })
    await change(path)
    open = await openTestVault({ home, store: 'file', hasKeychain: false })
    expect((await gallery(open)).map(({ id }) => id)).not.toContain('forge')
    expect(open.warnings).toEqual([expect.stringContaining(fact)])
    expect(await doctorRow(open)).toMatchObject({ state: 'failure', fact })
  })

  it('with a fault does not keep the vault from starting: its own rows are there, and row and field are told', async () => {
    const faulty = { ...row, endpoints: { kind: 'discovered', issuer: `http://${SECRET}.example` } }
    const harness = await startWith([row, { ...faulty, id: 'other' }])
    const ids = (await gallery(harness)).map(({ id }) => id)
    expect(ids).toContain('github')
    expect(ids).not.toContain('forge')
    const sentence = 'providers.json, row 2: endpoints.issuer must be an https address.'
    expect(harness.warnings).toEqual([`${sentence} Latchkey still uses the providers that it knows.`])
    expect(await doctorRow(harness)).toMatchObject({ state: 'failure', fact: sentence })
    expect(JSON.stringify([harness.warnings, await doctorRow(harness)])).not.toContain(SECRET)
  })

  it('with a client secret is refused, and where the secret belongs is told', async () => {
    const harness = await startWith([{ ...row, clientSecret: SECRET }])
    expect(harness.warnings.join()).toContain('enter it when you sign in: the vault then keeps it.')
    expect(harness.warnings.join()).not.toContain(SECRET)
  })
})
