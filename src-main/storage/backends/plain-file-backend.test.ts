import { spawnSync } from 'node:child_process'
import { chmod, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { createPlainFileBackend, UNENCRYPTED } from './plain-file-backend.ts'
import { describeSecretBackend, temporaryDir } from './secret-backend.contract.ts'

async function makePlain() {
  const dir = join(await temporaryDir(), 'plain')
  const warnings: string[] = []
  const open = () =>
    createPlainFileBackend({ dir, insecurePlainText: true, onWarning: (text) => warnings.push(text) })
  return { dir, warnings, open, backend: open() }
}

describeSecretBackend('The plain-file backend', async () => {
  const { backend, open } = await makePlain()
  return { backend, reopen: open }
})

test('Plain text is refused unless it is asked for by its long name', async () => {
  const dir = await temporaryDir()
  const make = () => createPlainFileBackend({ dir, insecurePlainText: false, onWarning: () => undefined })
  expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  expect(make).toThrow('insecurePlainText: true')
})

test('One warning says UNENCRYPTED before the first secret is written, and reading gives none', async () => {
  const { backend, warnings } = await makePlain()
  await backend.get('key')
  await backend.list()
  expect(warnings).toEqual([])
  await backend.set('key', 'value')
  await backend.set('other', 'value')
  expect(warnings).toEqual([UNENCRYPTED])
})

test('A record stands in the file as JSON, for its owner alone', async () => {
  const { dir, backend } = await makePlain()
  const value = '{"access_token":"a","scope":["one"],"10":null}'
  const ordered = JSON.stringify(JSON.parse(value))
  await backend.set('github', ordered)
  const path = join(dir, 'github.token.json')
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ key: 'github', record: JSON.parse(value) })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(dir)).mode & 0o777).toBe(0o700)
  expect(await backend.get('github')).toBe(ordered)
})

test.each(['delete', 'tidy'] as const)('What a killed writer left in clear goes with %s', async (how) => {
  const { dir, backend } = await makePlain()
  await backend.set('key', 'value')
  const { pid } = spawnSync(process.execPath, ['--version'])
  const [dead, living] = [pid, process.ppid].map((id) => join(dir, `.${String(id)}-0123456789abcdef.tmp`))
  for (const left of [dead, living]) await writeFile(left ?? '', '{"key":"key","value":"value"}')
  if (how === 'delete') await backend.delete('key')
  else await backend.tidy?.()
  const names = await readdir(dir)
  expect(names).not.toContain(basename(dead ?? ''))
  // A living writer finishes its own file.
  expect(names).toContain(basename(living ?? ''))
})

test('A file opened to others is closed again when it is read', async () => {
  const { dir, backend } = await makePlain()
  await backend.set('key', 'value')
  await chmod(join(dir, 'key.token.json'), 0o644)
  await backend.get('key')
  expect((await stat(join(dir, 'key.token.json'))).mode & 0o777).toBe(0o600)
})

test.each([
  ['half a file', '{"key":"key","val'],
  ['another entry', '{"key":"other","value":"v"}'],
  ['a list', '{"key":"key","record":[1]}'],
  ['nothing', '']
])('A file with %s is reported and stays', async (_name, text) => {
  const { dir, backend } = await makePlain()
  await backend.set('key', 'value')
  await writeFile(join(dir, 'key.token.json'), text)
  await expect(backend.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(await readFile(join(dir, 'key.token.json'), 'utf8')).toBe(text)
})

test('A folder that was replaced by a link is not read, listed or removed from', async () => {
  const { dir, backend, open } = await makePlain()
  await backend.set('key', 'value')
  await rename(dir, `${dir}-elsewhere`)
  await symlink(`${dir}-elsewhere`, dir)
  const names = await readdir(`${dir}-elsewhere`)
  const next = open()
  await expect(next.get('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  await expect(next.list()).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  await expect(next.delete('key')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  await expect(next.set('key', 'new')).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  expect(await readdir(`${dir}-elsewhere`)).toEqual(names)
})
