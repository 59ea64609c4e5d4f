import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readBackendConfig } from './backend-config.ts'
import { writeBackendConfig } from './backend-config-writer.ts'
import { temporaryDir } from './secret-backend.contract.ts'

const sops = { type: 'sops', ageKeyFile: '/home/ana/keys.txt' } as const
const files = { type: 'encrypted-file', protection: 'passphrase' } as const

test('A home without a file gets latchkey.yaml, for its owner alone', async () => {
  const home = await temporaryDir()
  await writeBackendConfig(home, sops)
  expect(await readdir(home)).toEqual(['latchkey.yaml'])
  expect((await stat(join(home, 'latchkey.yaml'))).mode & 0o777).toBe(0o600)
  expect(await readBackendConfig(home)).toEqual(sops)
  await writeBackendConfig(home, files)
  expect(await readBackendConfig(home)).toEqual(files)
})

test.each(['latchkey.yaml', 'latchkey.yml'])('%s keeps its comments', async (name) => {
  const home = await temporaryDir()
  const before = '# mine\n# of two lines\nstore: # why\n  # the old one\n  type: keychain\n# the end\n'
  await writeFile(join(home, name), before)
  await writeBackendConfig(home, sops)
  const text = await readFile(join(home, name), 'utf8')
  expect(text).toContain('# mine\n# of two lines\n')
  expect(text).toContain('# the end')
  expect(await readBackendConfig(home)).toEqual(sops)
  expect(await readdir(home)).toEqual([name])
})

test('latchkey.json stays JSON', async () => {
  const home = await temporaryDir()
  await writeFile(join(home, 'latchkey.json'), '{"store":{"type":"keychain"}}')
  await writeBackendConfig(home, files)
  expect(JSON.parse(await readFile(join(home, 'latchkey.json'), 'utf8'))).toEqual({ store: files })
  expect(await readdir(home)).toEqual(['latchkey.json'])
})

test('A file of comments alone keeps them', async () => {
  const home = await temporaryDir()
  await writeFile(join(home, 'latchkey.yaml'), '# nothing chosen yet\n')
  await writeBackendConfig(home, sops)
  expect(await readFile(join(home, 'latchkey.yaml'), 'utf8')).toContain('# nothing chosen yet')
  expect(await readBackendConfig(home)).toEqual(sops)
})

test('Asked for what the file says already, it is not touched', async () => {
  const home = await temporaryDir()
  const path = join(home, 'latchkey.yaml')
  await writeFile(path, 'store: {type: sops, ageKeyFile: /home/ana/keys.txt}\n')
  const before = await stat(path)
  await writeBackendConfig(home, sops)
  expect((await stat(path)).ino).toBe(before.ino)
})

test('A file that can not be understood, and two files, are left alone', async () => {
  const home = await temporaryDir()
  await writeFile(join(home, 'latchkey.yaml'), 'store: {type: nonsense}\n')
  await expect(writeBackendConfig(home, sops)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  expect(await readFile(join(home, 'latchkey.yaml'), 'utf8')).toBe('store: {type: nonsense}\n')
  await writeFile(join(home, 'latchkey.yaml'), 'store: {type: keychain}\n')
  await writeFile(join(home, 'latchkey.json'), '{}')
  await expect(writeBackendConfig(home, sops)).rejects.toThrow('Keep one of them')
})
