import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createEncryptedFileBackend } from './encrypted-file-backend.ts'
import type { EncryptedFileBackend } from './encrypted-file-backend.ts'
import { describeSecretBackend, temporaryDir } from './secret-backend.contract.ts'

type Files = { root: string; dir: string; keyDir: string; backend: EncryptedFileBackend }

async function makeFiles(): Promise<Files> {
  const root = await temporaryDir()
  const options = { dir: join(root, 'secrets'), keyDir: join(root, 'key') }
  return { root, ...options, backend: createEncryptedFileBackend(options) }
}

/** Returns the names of the files beside the locks. */
async function keyFiles({ keyDir }: Files): Promise<string[]> {
  return (await readdir(keyDir)).filter((name) => name !== '.locks')
}

describeSecretBackend('The encrypted-file backend', async () => {
  const files = await makeFiles()
  return { backend: files.backend, reopen: () => createEncryptedFileBackend(files) }
})

test('Nothing of a secret stands in any file in clear', async () => {
  const { root, backend } = await makeFiles()
  await backend.set('key', 'cnry_in_the_store')
  for (const name of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue
    const text = await readFile(join(name.parentPath, name.name), 'latin1')
    expect(text).not.toContain('cnry')
    expect(text).not.toContain(Buffer.from('cnry_in_the_store').toString('base64').slice(0, 12))
  }
})

test('Files are for their owner alone, whatever the umask', async () => {
  const before = process.umask(0o000)
  try {
    const { dir, keyDir, backend } = await makeFiles()
    await backend.set('key', 'value')
    const modes = await Promise.all(
      [dir, keyDir, join(dir, 'key.enc'), join(keyDir, 'machine-key.json')].map(
        async (path) => (await stat(path)).mode & 0o777
      )
    )
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o600])
  } finally {
    process.umask(before)
  }
})

test('A folder and a file that were opened to others are closed again', async () => {
  const { dir, backend } = await makeFiles()
  await backend.set('key', 'value')
  await chmod(dir, 0o755)
  await chmod(join(dir, 'key.enc'), 0o644)
  await backend.get('key')
  await backend.set('other', 'value')
  expect((await stat(dir)).mode & 0o777).toBe(0o700)
  expect((await stat(join(dir, 'key.enc'))).mode & 0o777).toBe(0o600)
})

test('A store folder that is a link is refused', async () => {
  const root = await temporaryDir()
  await mkdir(join(root, 'elsewhere'))
  await symlink(join(root, 'elsewhere'), join(root, 'secrets'))
  const backend = createEncryptedFileBackend({ dir: join(root, 'secrets'), keyDir: join(root, 'key') })
  await expect(backend.set('key', 'value')).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  expect(await readdir(join(root, 'elsewhere'))).toEqual([])
})

test('A secret file that is a link is not followed', async () => {
  const { root, dir, backend } = await makeFiles()
  await backend.set('key', 'value')
  await backend.set('linked', 'value')
  await rm(join(dir, 'linked.enc'))
  await writeFile(join(root, 'bait'), 'bait')
  await symlink(join(root, 'bait'), join(dir, 'linked.enc'))
  await expect(backend.get('linked')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})

test('A corrupt file is reported, stays where it is, and can be replaced', async () => {
  const { dir, backend } = await makeFiles()
  await backend.set('key', 'value')
  const path = join(dir, 'key.enc')
  await writeFile(path, '{"v":1,')
  await expect(backend.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(await readFile(path, 'utf8')).toBe('{"v":1,')
  expect(await backend.list()).toEqual(['key'])
  await backend.set('key', 'new')
  expect(await backend.get('key')).toBe('new')
})

test('One entry’s file in the place of another is refused', async () => {
  const { dir, backend } = await makeFiles()
  await backend.set('cheap', 'cheap value')
  await backend.set('dear', 'dear value')
  await writeFile(join(dir, 'dear.enc'), await readFile(join(dir, 'cheap.enc')))
  await expect(backend.get('dear')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})

test('Files without their key never get a new one', async () => {
  const files = await makeFiles()
  await files.backend.set('key', 'value')
  const keyFile = join(files.keyDir, 'machine-key.json')
  const key = await readFile(keyFile)
  await rm(keyFile)
  const next = createEncryptedFileBackend(files)
  await expect(next.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  await expect(next.set('other', 'value')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(await keyFiles(files)).toEqual([])
  await writeFile(keyFile, key, { mode: 0o600 })
  expect(await next.get('key')).toBe('value')
})

test.each([
  ['its secret', { secret: Buffer.alloc(32).toString('base64') }],
  [
    'its cost',
    { kdf: { name: 'scrypt', n: 2 ** 15, r: 8, p: 1, salt: Buffer.alloc(32).toString('base64') } }
  ],
  ['its version', { v: 2 }],
  ['a cost below the least', { kdf: { name: 'scrypt', n: 2, r: 8, p: 1, salt: '' } }],
  ['a cost above all bounds', { kdf: { name: 'scrypt', n: 2 ** 30, r: 8, p: 1, salt: '' } }]
])('A key record with %s changed is refused and left as it is', async (_name, change) => {
  const files = await makeFiles()
  await files.backend.set('key', 'value')
  const keyFile = join(files.keyDir, 'machine-key.json')
  const changed = JSON.stringify({ ...(JSON.parse(await readFile(keyFile, 'utf8')) as object), ...change })
  await writeFile(keyFile, changed)
  const next = createEncryptedFileBackend(files)
  await expect(next.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  await expect(next.set('key', 'new')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(await readFile(keyFile, 'utf8')).toBe(changed)
})

test('Two processes that begin at once end up with one key', async () => {
  const files = await makeFiles()
  const others = [files.backend, createEncryptedFileBackend(files), createEncryptedFileBackend(files)]
  await Promise.all(others.map((backend, index) => backend.set(`key${index}`, 'value')))
  const next = createEncryptedFileBackend(files)
  expect(await Promise.all([0, 1, 2].map((index) => next.get(`key${index}`)))).toEqual([
    'value',
    'value',
    'value'
  ])
})

test('What a killed process left half written is removed at the next start', async () => {
  const files = await makeFiles()
  await files.backend.set('key', 'value')
  // There is no process 4,194,304: Linux counts up to one less.
  await writeFile(join(files.dir, '.4194304-0123456789abcdef.tmp'), '{')
  await writeFile(join(files.keyDir, '.4194304-0123456789abcdef.tmp'), '{')
  await createEncryptedFileBackend(files).tidy()
  expect(await readdir(files.dir)).toEqual(['key.enc'])
  expect(await keyFiles(files)).toEqual(['machine-key.json'])
})

test('A file that cannot be written leaves the old value and says so', async () => {
  const { dir, backend } = await makeFiles()
  await backend.set('key', 'old')
  await rm(join(dir, 'key.enc'))
  await mkdir(join(dir, 'key.enc'))
  await expect(backend.set('key', 'new')).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  expect(await readdir(dir)).toEqual(['key.enc'])
})

test('An entry that a newer Latchkey wrote is not written over, and can still be removed', async () => {
  const { dir, backend } = await makeFiles()
  await backend.set('key', 'value')
  const path = join(dir, 'key.enc')
  const newer = JSON.stringify({ ...(JSON.parse(await readFile(path, 'utf8')) as object), v: 2 })
  await writeFile(path, newer)
  await expect(backend.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  const write = backend.set('key', 'older')
  await expect(write).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  await expect(write).rejects.toThrow(/newer Latchkey/)
  expect(await readFile(path, 'utf8')).toBe(newer)
  expect(await backend.delete('key')).toBe(true)
})

test.each(['dir', 'keyDir'] as const)(
  'A store whose %s was replaced by a link is not read, listed or removed from',
  async (folder) => {
    const files = await makeFiles()
    await files.backend.set('key', 'value')
    const elsewhere = join(files.root, 'elsewhere')
    await rename(files[folder], elsewhere)
    await symlink(elsewhere, files[folder])
    const names = await readdir(elsewhere)
    const next = createEncryptedFileBackend(files)
    await expect(next.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    await expect(next.set('key', 'new')).rejects.toMatchObject({
      code: expect.stringMatching(/_FAILED|UNREADABLE/)
    })
    if (folder === 'dir') {
      await expect(next.delete('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
      await expect(next.list()).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
      await expect(next.tidy()).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    }
    expect(await readdir(elsewhere)).toEqual(names)
  }
)
