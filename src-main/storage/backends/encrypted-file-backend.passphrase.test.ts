import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { createEncryptedFileBackend } from './encrypted-file-backend.ts'
import { temporaryDir } from './secret-backend.contract.ts'

// A passphrase is costly by design, and takes several times longer on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const first = new Secret('cnry first passphrase')
const second = new Secret('cnry second passphrase')

async function makeLocked() {
  const root = await temporaryDir()
  const options = { dir: join(root, 'sealed'), keyDir: join(root, 'key'), protection: 'passphrase' } as const
  const open = () => createEncryptedFileBackend(options)
  return { ...options, keyFile: join(root, 'key', 'machine-key.json'), open, backend: open() }
}

test('Nothing is stored before a passphrase is set', async () => {
  const { backend } = await makeLocked()
  expect(await backend.protection()).toBe('none')
  await expect(backend.set('key', 'value')).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
  await expect(backend.unlock(first)).rejects.toThrow('Set one first')
})

test('A store opens with its passphrase, again after a restart, and with no other', async () => {
  const { backend, open } = await makeLocked()
  await backend.protect({ current: null, next: first })
  await backend.set('key', 'value')
  backend.lock()
  await expect(backend.get('key')).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
  await expect(backend.set('key', 'other')).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
  const again = open()
  expect(await again.protection()).toBe('locked')
  const failure = again.unlock(second)
  await expect(failure).rejects.toMatchObject({ code: 'VAULT_LOCKED', message: /not the right one/ })
  await again.unlock(first)
  expect(await again.protection()).toBe('unlocked')
  expect(await again.get('key')).toBe('value')
})

test('A new passphrase takes the place of the old one and leaves every file as it is', async () => {
  const { backend, open, dir, keyFile } = await makeLocked()
  await backend.protect({ current: null, next: first })
  await backend.set('key', 'value')
  const sealed = await readFile(join(dir, 'key.enc'), 'utf8')
  await expect(backend.protect({ current: second, next: first })).rejects.toMatchObject({
    code: 'VAULT_LOCKED'
  })
  await backend.protect({ current: first, next: second })
  expect(await readFile(join(dir, 'key.enc'), 'utf8')).toBe(sealed)
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
  expect(await readFile(keyFile, 'utf8')).not.toMatch(/cnry|"secret"/)
  const again = open()
  await expect(again.unlock(first)).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
  await again.unlock(second)
  expect(await again.get('key')).toBe('value')
})

test('Files under a key of the machine can be put under a passphrase', async () => {
  const { dir, keyDir, open, keyFile } = await makeLocked()
  const machine = createEncryptedFileBackend({ dir, keyDir })
  await machine.set('key', 'value')
  expect(await machine.protection()).toBe('machine')
  const { secret } = JSON.parse(await readFile(keyFile, 'utf8')) as { secret: string }
  await machine.protect({ current: null, next: first })
  expect(await readFile(keyFile, 'utf8')).not.toContain(secret)
  const again = open()
  await expect(again.get('key')).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
  await again.unlock(first)
  expect(await again.get('key')).toBe('value')
})

test('A new passphrase that can not be written leaves the old one valid', async () => {
  const { backend, open, keyFile } = await makeLocked()
  await backend.protect({ current: null, next: first })
  const before = await readFile(keyFile, 'utf8')
  const failing = new Secret('')
  await expect(backend.protect({ current: first, next: failing })).rejects.toMatchObject({
    code: 'INVALID_REQUEST'
  })
  expect(await readFile(keyFile, 'utf8')).toBe(before)
  await open().unlock(first)
})

type Wrapped = { wrap: { kdf: { n: number }; data: string }; digest: string }
test.each<[string, (record: Wrapped) => void]>([
  [
    'one letter of the wrapped key',
    (r) => (r.wrap.data = (r.wrap.data.startsWith('A') ? 'B' : 'A') + r.wrap.data.slice(1))
  ],
  ['a lower cost', (r) => (r.wrap.kdf.n = 2 ** 14)],
  ['a cost no machine can bear', (r) => (r.wrap.kdf.n = 2 ** 30)]
])('A key file with %s is damaged, which is not called a wrong passphrase', async (_name, edit) => {
  const { backend, open, keyFile } = await makeLocked()
  await backend.protect({ current: null, next: first })
  const record = JSON.parse(await readFile(keyFile, 'utf8')) as Wrapped
  edit(record)
  await chmod(keyFile, 0o600)
  await writeFile(keyFile, JSON.stringify(record))
  await expect(open().unlock(first)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})
