import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensurePrivateDir, readPrivateFile } from './private-files.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'

test('A folder that is a link is refused, with or without a slash at its end', async () => {
  const root = await temporaryDir()
  await mkdir(join(root, 'elsewhere'))
  await symlink(join(root, 'elsewhere'), join(root, 'link'))
  for (const path of [join(root, 'link'), `${join(root, 'link')}/`, join(root, 'link', 'x', '..')]) {
    await expect(ensurePrivateDir(path)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  }
})

test('A file in the place of the folder is refused and kept', async () => {
  const root = await temporaryDir()
  await writeFile(join(root, 'taken'), 'text')
  await expect(ensurePrivateDir(join(root, 'taken'))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  expect(await readdir(root)).toEqual(['taken'])
})

test.each([
  ['bytes that are not UTF-8', Buffer.of(0x7b, 0xff, 0x7d)],
  ['UTF-8 that is cut off', Buffer.from('ü').subarray(0, 1)]
])('A file with %s can’t be read, instead of being read as something else', async (_name, bytes) => {
  const path = join(await temporaryDir(), 'file')
  await writeFile(path, bytes)
  await expect(readPrivateFile(path)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})

test('A byte order mark is part of the text', async () => {
  const path = join(await temporaryDir(), 'file')
  await writeFile(path, '\ufefftext')
  expect(await readPrivateFile(path)).toBe('\ufefftext')
})

test('No file is null, a folder in its place is unreadable', async () => {
  const root = await temporaryDir()
  expect(await readPrivateFile(join(root, 'absent'))).toBeNull()
  await expect(readPrivateFile(root)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})
