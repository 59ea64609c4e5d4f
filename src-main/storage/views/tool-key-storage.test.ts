import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { hostName, serviceId } from '#shared/credential.ts'
import { textOf, viewWorld } from './named-views.testkit.ts'
import { toolKeyRegistry, ToolKeyStorage } from './tool-key-storage.ts'

const KEY = 'exa-0123456789abcdef'

async function make() {
  const world = await viewWorld()
  const tools = new ToolKeyStorage({ ...world.ports, paths: world.catalog })
  const file = join(world.dir, 'key.txt')
  const writeKeyfile = async (text: string, mode = 0o600): Promise<void> => {
    await writeFile(file, text)
    await chmod(file, mode)
    await tools.setKeyfilePath('exa', file)
  }
  return { ...world, tools, file, writeKeyfile }
}

test('Every row of the registry can be stored and says where its key may go', () => {
  for (const { tool, allowedHosts } of toolKeyRegistry) {
    expect(v.is(serviceId, `tool.${tool}`)).toBe(true)
    expect(allowedHosts.filter((host) => !v.is(hostName, host))).toEqual([])
  }
  expect(new Set(toolKeyRegistry.map(({ tool }) => tool)).size).toBe(toolKeyRegistry.length)
})

test('A tool’s key is saved, got and deleted, and the app shows it as an API key of that tool', async () => {
  const { tools, entries } = await make()
  await tools.saveKey('exa', ` ${KEY}\n`)
  expect([textOf(await tools.getKey('exa')), await tools.hasKey('exa')]).toEqual([KEY, true])
  expect(entries()).toMatchObject([
    {
      ref: { service: 'tool.exa', account: 'default' },
      kind: 'api-key',
      name: 'Exa',
      allowedHosts: ['api.exa.ai', 'mcp.exa.ai'],
      masked: 'ex••••••••ef'
    }
  ])
  expect([await tools.getKey('brave'), await tools.hasKey('brave')]).toEqual([null, false])
  expect([await tools.deleteKey('exa'), await tools.deleteKey('exa')]).toEqual([true, false])
  expect([await tools.getKey('exa'), await tools.hasKey('exa')]).toEqual([null, false])
})

test('A second key replaces the first', async () => {
  const { tools, entries } = await make()
  await tools.saveKey('exa', 'the-first-key')
  await tools.saveKey('exa', KEY)
  expect([textOf(await tools.getKey('exa')), entries().length]).toEqual([KEY, 1])
})

test('A tool that is not in the registry is refused with the names of those that are', async () => {
  const { tools } = await make()
  const attempts = [
    () => tools.saveKey(KEY, KEY),
    () => tools.getKey(KEY),
    () => tools.deleteKey(KEY),
    () => tools.hasKey(KEY),
    () => tools.setKeyfilePath(KEY, '/key'),
    () => tools.getKeyfilePath(KEY),
    () => tools.clearKeyfilePath(KEY),
    () => tools.readKeyfile(KEY),
    () => tools.resolveKey(KEY)
  ]
  const message = 'There is no such tool. Use one of: brave, exa, tavily.'
  for (const attempt of attempts)
    await expect(attempt()).rejects.toMatchObject({ code: 'INVALID_REQUEST', message })
})

describe('A key file', () => {
  test('is set, got and cleared, and another tool has none', async () => {
    const { tools } = await make()
    expect(await tools.getKeyfilePath('exa')).toBeNull()
    await tools.setKeyfilePath('exa', '/run/keys/exa')
    expect([await tools.getKeyfilePath('exa'), await tools.getKeyfilePath('brave')]).toEqual([
      '/run/keys/exa',
      null
    ])
    expect([await tools.clearKeyfilePath('exa'), await tools.clearKeyfilePath('exa')]).toEqual([true, false])
    expect(await tools.getKeyfilePath('exa')).toBeNull()
  })

  test.each([
    ['one line', KEY],
    ['a line end', `${KEY}\n`],
    ['CR and LF, and more lines', `${KEY}\r\nsecond line\r\n`],
    ['spaces and empty lines before it', `\n\n  ${KEY}  \n`],
    ['a byte order mark', `\ufeff${KEY}\n`]
  ])('gives the first line of %s, trimmed, and is left as it is', async (_what, text) => {
    const { tools, file, writeKeyfile } = await make()
    await writeKeyfile(text)
    expect(textOf(await tools.readKeyfile('exa'))).toBe(KEY)
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  test('may be a link', async () => {
    const { tools, dir, file, writeKeyfile } = await make()
    await writeKeyfile(KEY, 0o400)
    await symlink(file, join(dir, 'link'))
    await tools.setKeyfilePath('exa', join(dir, 'link'))
    expect(textOf(await tools.readKeyfile('exa'))).toBe(KEY)
  })

  test.each([0o644, 0o640, 0o602, 0o666])('that others may read or write (%o) is refused', async (mode) => {
    const { tools, writeKeyfile } = await make()
    await writeKeyfile(KEY, mode)
    const says = { code: 'CREDENTIAL_UNREADABLE', message: expect.stringContaining('chmod 600') as string }
    await expect(tools.readKeyfile('exa')).rejects.toMatchObject(says)
  })

  test.each([
    ['is empty', ''],
    ['has only line ends', '\n\n'],
    ['is not text', '\0\u0001\u0002'],
    ['has a key no key can be', 'schlüssel']
  ])('that %s holds no key, and says so without showing anything', async (_what, text) => {
    const { tools, writeKeyfile } = await make()
    await writeKeyfile(text)
    const says = { code: 'CREDENTIAL_UNREADABLE', message: expect.stringContaining('first line') as string }
    await expect(tools.readKeyfile('exa')).rejects.toMatchObject(says)
  })

  test('that is missing, a folder, too large or a pipe is not absent, and answers at once', async () => {
    const { tools, dir } = await make()
    await mkdir(join(dir, 'folder'))
    await writeFile(join(dir, 'large'), 'k'.repeat(70_000), { mode: 0o600 })
    expect(spawnSync('sh', ['-c', 'mkfifo -m 600 pipe'], { cwd: dir }).status).toBe(0)
    const messages: string[] = []
    for (const name of ['missing', 'folder', 'large', 'pipe']) {
      await tools.setKeyfilePath('exa', join(dir, name))
      const error = await tools.resolveKey('exa').catch((thrown: { code: string; message: string }) => thrown)
      expect(error).toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
      if (error instanceof Error) messages.push(error.message)
    }
    expect(messages.map((text) => text.slice(0, 32))).toEqual([
      'The key file is not there. Put i',
      'The path of the key file does no',
      'The key file is larger than a ke',
      'The path of the key file does no'
    ])
  })

  test.each([['relative/key'], ['~/key'], [''], ['/with\0nul'], [`/${'p'.repeat(5000)}`]])(
    'has no path like %j',
    async (path) => {
      const { tools } = await make()
      await expect(tools.setKeyfilePath('exa', path)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
      expect(await tools.getKeyfilePath('exa')).toBeNull()
    }
  )

  test('whose kept path is damaged says so until it is set again', async () => {
    const { tools, catalog } = await make()
    catalog.setPreference('keyfile.exa', { not: 'a path' })
    await expect(tools.resolveKey('exa')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    await tools.setKeyfilePath('exa', '/run/keys/exa')
    expect(await tools.getKeyfilePath('exa')).toBe('/run/keys/exa')
  })
})

describe('Resolving', () => {
  test('takes the stored key, then the key file, then nothing', async () => {
    const { tools, writeKeyfile } = await make()
    expect(await tools.resolveKey('exa')).toBeNull()
    await writeKeyfile('from-the-file')
    expect(textOf(await tools.resolveKey('exa'))).toBe('from-the-file')
    await tools.saveKey('exa', KEY)
    expect(textOf(await tools.resolveKey('exa'))).toBe(KEY)
    await tools.deleteKey('exa')
    expect(textOf(await tools.resolveKey('exa'))).toBe('from-the-file')
    await tools.clearKeyfilePath('exa')
    expect(await tools.resolveKey('exa')).toBeNull()
  })

  test('does not go on to the file when the stored key can not be read', async () => {
    const { tools, keychain, writeKeyfile } = await make()
    await writeKeyfile('from-the-file')
    await tools.saveKey('exa', KEY)
    for (const name of keychain.items.keys()) keychain.items.set(name, 'not a record')
    await expect(tools.resolveKey('exa')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  })
})
