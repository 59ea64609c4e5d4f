import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Secret } from '../../src-main/core/secret.ts'
import { sampleTokens } from '../../src-main/core/testing/samples.ts'
import { encodeCredential } from '../../src-main/storage/records/credential-codec.ts'
import {
  allOf,
  everyKind,
  fill,
  PASSPHRASE,
  previewed,
  scan,
  secret,
  stored,
  TransferWorld
} from '../support/transfer-world.ts'

let world: TransferWorld
beforeEach(async () => {
  world = await TransferWorld.begin()
})
afterEach(() => world.end())

describe('an export', () => {
  it('brings every kind of credential whole into another home, where its token is the same', async () => {
    const from = await world.openHome('from')
    await fill(from)
    const path = await world.exported(from)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await world.closeHome(from)

    const to = await world.openHome('to')
    const preview = await previewed(to, PASSPHRASE)
    expect(preview).toMatchObject({ format: 'latchkey', path, skipped: [], removable: false })
    expect(preview.rows.map(({ state, kind }) => `${kind} ${state}`).toSorted()).toEqual([
      'api-key new',
      'aws new',
      'extension new',
      'mcp new',
      'oauth new'
    ])
    expect(preview.rows.find(({ kind }) => kind === 'oauth')?.note).toContain('Only one computer')
    expect(preview.rows.find(({ kind }) => kind === 'oauth')?.issuer).toMatch(/^https?:/)
    const key = preview.rows.find(({ service }) => service === 'stripe')
    expect(key).toMatchObject({ hosts: ['api.stripe.com'], moreHosts: ['files.stripe.com'] })
    const hosts = [{ index: key?.index ?? -1, host: 'files.stripe.com' }]
    const request = { id: preview.id, rows: allOf(preview), replace: false, hosts, removePlaintext: true }
    expect(await to.vault.handlers.runImport(request)).toMatchObject({ imported: 5, plaintext: 'none' })
    for (const credential of everyKind) {
      expect(await stored(to, credential.ref)).toBe(encodeCredential(credential))
    }
    const token = await to.vault.tokens.getToken({ service: 'sso.example.net', account: 'ana Ωmega' })
    expect(token.equals(secret('access'))).toBe(true)
    expect((await stat(path)).isFile()).toBe(true)
  })

  it('leaves no secret in the clear in either home or beside the file', async () => {
    const from = await world.openHome('from')
    await fill(from)
    await world.exported(from)
    const to = await world.openHome('to')
    const preview = await previewed(to, PASSPHRASE)
    await to.vault.handlers.runImport({
      id: preview.id,
      rows: allOf(preview),
      replace: false,
      removePlaintext: false
    })
    await world.closeHome(from)
    await world.closeHome(to)
    const files = await world.files()
    expect(files.length).toBeGreaterThan(10)
    for (const path of files) expect([path, scan(await readFile(path))]).toEqual([path, []])
    expect(files.filter((path) => path.endsWith('.tmp') || path.endsWith('.new'))).toEqual([])
  })

  it('says what is the same, what would replace and what is older, and replaces only when it is told to', async () => {
    const from = await world.openHome('from')
    await fill(from)
    await world.exported(from)
    const [grant, key] = everyKind
    if (grant?.kind !== 'oauth' || key?.kind !== 'api-key') throw new Error('not as it was')
    const later = new Date(grant.tokens.issuedAt.getTime() + 1000)
    await from.vault.repository.save({ ...grant, tokens: sampleTokens({ issuedAt: later }) })
    await from.vault.repository.save({ ...key, key: new Secret('sk_test_another_key_0123') })
    const preview = await previewed(from, PASSPHRASE)
    const states = Object.fromEntries(preview.rows.map(({ kind, state }) => [kind, state]))
    expect(states).toEqual({
      oauth: 'replaces',
      'api-key': 'replaces',
      aws: 'same',
      mcp: 'same',
      extension: 'same'
    })
    expect(preview.rows.find(({ kind }) => kind === 'oauth')?.note).toContain('newer')
    const request = { id: preview.id, rows: allOf(preview), replace: false, removePlaintext: false }
    const kept = await from.vault.handlers.runImport(request)
    expect(kept.rows.map(({ result }) => result).toSorted()).toEqual([
      'failed',
      'failed',
      'unchanged',
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
    const from = await world.openHome('from')
    await fill(from)
    const path = await world.exported(from)
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
    const from = await world.openHome('from')
    await fill(from)
    const sealedDir = join(from.home, 'sealed')
    const [name] = (await readdir(sealedDir)).filter((file) => file.includes('stripe'))
    await writeFile(join(sealedDir, name ?? ''), 'not an envelope')
    world.chosen = join(world.folder, 'rest.latchkey.age')
    expect(await from.vault.handlers.exportVault({ passphrase: PASSPHRASE })).toEqual({
      path: world.chosen,
      exported: 4,
      missing: ['Stripe · acme']
    })
  })
})
