import { chmod, chown, readdir, rename, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openCatalog } from '../../../src-main/storage/catalog/catalog.ts'
import { createDoctorFiles } from '../../../src-main/storage/doctor/doctor-files.ts'
import { ensurePrivateDir, readPrivateFile } from '../../../src-main/storage/files/private-files.ts'
import { temporaryDir } from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { fileStores, KEY, openFileStore } from '../../fault/file-stores.ts'

const doctorOf = (home: string) =>
  createDoctorFiles({ home, except: [], sealed: [], overflow: '', uid: process.getuid?.() ?? null })
const VALUE = 'v'.repeat(300)

/** Mode of everything below a folder, as `mode path`. */
async function modes(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true })
  return Promise.all(
    names.map(async (name) => {
      const found = await stat(join(root, name))
      return `${found.isDirectory() ? 'folder' : 'file'} ${(found.mode & 0o777).toString(8)}`
    })
  )
}

const cases = fileStores.flatMap((store) => [0o000, 0o022, 0o077].map((umask) => ({ store, umask })))

test.each(cases)(
  'With umask $umask all of the $store is for its owner alone',
  async ({ store: kind, umask }) => {
    const before = process.umask(umask)
    onTestFinished(() => void process.umask(before))
    const root = join(await temporaryDir(), 'deep', 'er')
    const catalog = await openCatalog(join(root, 'catalog.db'))
    onTestFinished(() => catalog.close())
    const { store } = openFileStore(kind, root)
    for (const value of [VALUE, VALUE + VALUE]) await store.set(KEY, value)
    await store.set('other', VALUE)
    const found = await modes(root)
    expect(new Set(found)).toEqual(new Set(['folder 700', 'file 600']))
    expect((await stat(root)).mode & 0o777).toBe(0o700)
    // Two values, a catalog of at least one file, and the folders.
    expect(found.length).toBeGreaterThan(3)
  }
)

test('What others could read is closed, and the report says what that was', async () => {
  const root = await temporaryDir()
  const { store } = openFileStore('encrypted files', root)
  await store.set('key', VALUE)
  const [dir, file] = [join(root, 'secrets'), join(root, 'secrets', 'key.enc')]
  await chmod(dir, 0o755)
  await chmod(file, 0o640)
  expect((await doctorOf(root).audit()).open).toEqual(['secrets', 'secrets/key.enc'])
  expect(await doctorOf(root).close()).toBe(2)
  expect([(await stat(dir)).mode & 0o777, (await stat(file)).mode & 0o777]).toEqual([0o700, 0o600])
  expect((await doctorOf(root).audit()).open).toEqual([])
  expect(await store.get('key')).toBe(VALUE)
})

test('A folder that is not there has nothing to report', async () => {
  expect(await doctorOf(join(await temporaryDir(), 'absent')).audit()).toMatchObject({
    exists: false,
    open: []
  })
})

test('A folder that is a link is refused by a write and reported, and nothing behind it is touched', async () => {
  const root = await temporaryDir()
  const dir = join(root, 'secrets')
  await openFileStore('encrypted files', root).store.set('key', VALUE)
  await rename(dir, join(root, 'elsewhere'))
  await chmod(join(root, 'elsewhere', 'key.enc'), 0o644)
  await symlink(join(root, 'elsewhere'), dir)
  const { store } = openFileStore('encrypted files', root)
  await expect(store.set('key', 'other')).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  expect(await doctorOf(root).audit()).toMatchObject({ foreign: ['secrets'], open: ['elsewhere/key.enc'] })
  expect((await doctorOf(dir).audit()).homeProblem).toBe('It is a link to another place.')
  expect((await stat(join(root, 'elsewhere', 'key.enc'))).mode & 0o777).toBe(0o644)
  expect(await readdir(join(root, 'elsewhere'))).toEqual(['key.enc'])
})

/**
 * A folder and a file in it that belong to another user: made by root, or root's own if the tests run as
 * another user.
 */
async function foreignPaths(): Promise<{ dir: string; file: string }> {
  if (process.getuid?.() !== 0) return { dir: '/etc', file: '/etc/passwd' }
  const root = await temporaryDir()
  await openFileStore('encrypted files', root).store.set('key', VALUE)
  const [dir, file] = [join(root, 'secrets'), join(root, 'secrets', 'key.enc')]
  await chown(file, 65_534, 65_534)
  await chown(dir, 65_534, 65_534)
  return { dir, file }
}

test('What belongs to another user is neither written to nor read, and is reported', async () => {
  const { dir, file } = await foreignPaths()
  console.log(`foreign owner: ${dir === '/etc' ? 'root’s own files' : 'files given away by root'}`)
  const before = await stat(file)
  await expect(ensurePrivateDir(dir)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  await expect(readPrivateFile(file)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect((await doctorOf(dir).audit()).homeProblem).toBe('It belongs to another user.')
  expect(await stat(file)).toMatchObject({ mode: before.mode, uid: before.uid, size: before.size })
})
