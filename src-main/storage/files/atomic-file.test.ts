import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDir } from '../backends/secret-backend.contract.ts'
import { createFileAtomic, removeFile, sweepTemporaryFiles, writeFileAtomic } from './atomic-file.ts'

test('A file is written and replaced whole, for its owner alone, with nothing left beside it', async () => {
  const dir = await temporaryDir()
  const path = join(dir, 'file')
  await writeFileAtomic(path, 'a long first text')
  await writeFileAtomic(path, 'second')
  expect(await readFile(path, 'utf8')).toBe('second')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(dir)).toEqual(['file'])
})

test('A write that fails keeps the old file and leaves nothing beside it', async () => {
  const dir = await temporaryDir()
  await mkdir(join(dir, 'taken'))
  await writeFile(join(dir, 'taken', 'inside'), '')
  await expect(writeFileAtomic(join(dir, 'taken'), 'text')).rejects.toMatchObject({
    code: 'STORE_WRITE_FAILED'
  })
  await expect(writeFileAtomic(join(dir, 'absent', 'file'), 'text')).rejects.toMatchObject({
    code: 'STORE_WRITE_FAILED'
  })
  expect(await readdir(dir)).toEqual(['taken'])
})

test('Of many that create a file one wins, and the others change nothing', async () => {
  const dir = await temporaryDir()
  const path = join(dir, 'file')
  const texts = Array.from({ length: 8 }, (_unused, index) => `text ${index}`)
  const made = await Promise.all(texts.map((text) => createFileAtomic(path, text)))
  expect(made.filter(Boolean)).toHaveLength(1)
  expect(await readFile(path, 'utf8')).toBe(texts[made.indexOf(true)])
  expect(await readdir(dir)).toEqual(['file'])
})

test('Removing tells whether there was anything', async () => {
  const path = join(await temporaryDir(), 'file')
  await writeFileAtomic(path, 'text')
  expect([await removeFile(path), await removeFile(path)]).toEqual([true, false])
})

test('The sweep removes what dead processes left and nothing else', async () => {
  const dir = await temporaryDir()
  const kept = [
    'file',
    '.hidden',
    `.${process.ppid}-0123456789abcdef.tmp`,
    `.${process.pid}-0123456789abcdef.tmp`
  ]
  for (const name of [...kept, '.4194304-0123456789abcdef.tmp']) await writeFile(join(dir, name), '')
  expect(await sweepTemporaryFiles(dir)).toBe(1)
  expect((await readdir(dir)).toSorted()).toEqual(kept.toSorted())
})

test('The sweep goes on past what it can’t remove', async () => {
  const dir = await temporaryDir()
  await mkdir(join(dir, '.4194304-0000000000000000.tmp'))
  await writeFile(join(dir, '.4194304-0123456789abcdef.tmp'), '')
  expect(await sweepTemporaryFiles(dir)).toBe(1)
  expect(await readdir(dir)).toEqual(['.4194304-0000000000000000.tmp'])
})

test('After a restart another process may have the writer’s number: an old temporary file goes all the same', async () => {
  const dir = await temporaryDir()
  const name = `.${process.ppid}-0123456789abcdef.tmp`
  await writeFile(join(dir, name), '')
  const longAgo = new Date(Date.now() - 2 * 3_600_000)
  await utimes(join(dir, name), longAgo, longAgo)
  expect(await sweepTemporaryFiles(dir)).toBe(1)
  expect(await readdir(dir)).toEqual([])
})

test('A folder that does not exist has nothing to sweep', async () => {
  expect(await sweepTemporaryFiles(join(await temporaryDir(), 'absent'))).toBe(0)
})
