import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDir } from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { openFileStore } from '../../fault/file-stores.ts'

/** A store with one entry, and the only file of one of its folders. */
async function storeWithFile(folder: 'secrets' | 'secrets-key'): Promise<{ root: string; path: string }> {
  const root = await temporaryDir()
  await openFileStore('encrypted files', root).store.set('key', 'value')
  const found = await readdir(join(root, folder), { withFileTypes: true })
  const [file] = found.filter((entry) => entry.isFile())
  return { root, path: join(root, folder, file?.name ?? '') }
}

/** Rewrites fields of a JSON file and returns the new text. */
async function rewrite(path: string, change: (fields: Record<string, unknown>) => object): Promise<string> {
  const fields = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  const text = JSON.stringify({ ...fields, ...change(fields) })
  await writeFile(path, text)
  return text
}

const cheaper = ({ kdf }: Record<string, unknown>): object => ({ kdf: { ...(kdf as object), n: 2 } })
const dearer = ({ kdf }: Record<string, unknown>): object => ({ kdf: { ...(kdf as object), n: 2 ** 15 } })

test.each([
  ['a newer version', () => ({ v: 99 })],
  ['an older version', () => ({ v: 0 })],
  ['an unknown kind', () => ({ kind: 'none' })],
  ['a cost lowered below the least', cheaper],
  ['another cost than it was made with', dearer]
])(
  'With a key record of %s nothing is read, nothing written, and it stays as it is',
  async (_name, change) => {
    const { root, path } = await storeWithFile('secrets-key')
    const text = await rewrite(path, change)
    const { store } = openFileStore('encrypted files', root)
    await expect(store.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    await expect(store.set('key', 'other')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    await expect(store.set('new', 'other')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    expect(await readFile(path, 'utf8')).toBe(text)
    expect(await readdir(join(root, 'secrets'))).toEqual(['key.enc'])
  }
)

test.each([
  ['a newer version', () => ({ v: 99 })],
  ['an older version', () => ({ v: 0 })],
  ['another algorithm', () => ({ alg: 'none' })],
  ['a cost lowered below the least', cheaper],
  ['another cost than the store’s', dearer]
])('An entry of %s is refused and stays as it is', async (_name, change) => {
  const { root, path } = await storeWithFile('secrets')
  const text = await rewrite(path, change)
  const { store } = openFileStore('encrypted files', root)
  await expect(store.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  await store.tidy()
  expect(await store.list()).toEqual(['key'])
  expect(await readFile(path, 'utf8')).toBe(text)
})
