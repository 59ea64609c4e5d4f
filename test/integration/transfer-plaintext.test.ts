import { execFile } from 'node:child_process'
import { link, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canaries, previewed, TransferWorld } from '../support/transfer-world.ts'

const run = promisify(execFile)

let world: TransferWorld
beforeEach(async () => {
  world = await TransferWorld.begin()
})
afterEach(() => world.end())

describe('a file of plaintext', () => {
  const lines = (): string =>
    `# mine\nPORT=3000\nSTRIPE_KEY=${canaries.key.value}\nACME_API_TOKEN='${canaries.setting.value}'\n`

  it('loses its secrets once they are stored and read back, and keeps its other settings', async () => {
    const to = await world.openHome('to')
    world.chosen = join(world.folder, '.env')
    await writeFile(world.chosen, lines(), { mode: 0o644 })
    const preview = await previewed(to)
    expect(preview).toMatchObject({ format: 'env', removable: true })
    expect(preview.rows.map(({ service, account }) => `${service} ${account}`)).toEqual([
      'stripe STRIPE_KEY',
      'acme ACME_API_TOKEN'
    ])
    const request = { id: preview.id, rows: [0, 1], replace: false, removePlaintext: true }
    expect(await to.vault.handlers.runImport(request)).toEqual({
      rows: [
        { index: 0, result: 'imported', note: null },
        { index: 1, result: 'imported', note: null }
      ],
      imported: 2,
      plaintext: 'removed'
    })
    expect(await readFile(world.chosen, 'utf8')).toBe('# mine\nPORT=3000\n')
  })

  it('stays when a row of it was not imported, or when it changed in between', async () => {
    const to = await world.openHome('to')
    world.chosen = join(world.folder, '.env')
    await writeFile(world.chosen, lines())
    const partly = await previewed(to)
    const request = { rows: [0], replace: false, removePlaintext: true }
    expect((await to.vault.handlers.runImport({ ...request, id: partly.id })).plaintext).toBe('kept')
    const changed = await previewed(to)
    await writeFile(world.chosen, `${lines()}NEW_TOKEN=abc\n`)
    const both = { ...request, id: changed.id, rows: [0, 1] }
    expect((await to.vault.handlers.runImport(both)).plaintext).toBe('kept')
    expect(await readFile(world.chosen, 'utf8')).toContain(canaries.key.value)
  })

  it('that the doctor found is imported by its name and taken away; what llxprt sealed says what to do', async () => {
    const to = await world.openHome('to')
    const userHome = process.env['HOME']
    process.env['HOME'] = world.folder
    try {
      await mkdir(join(world.folder, '.llxprt', 'keys'), { recursive: true })
      const key = join(world.folder, '.llxprt', 'keys', 'work.key')
      await writeFile(key, `${canaries.key.value}\n`)
      await writeFile(join(world.folder, '.llxprt', 'exa.key'), `${'a'.repeat(32)}:${'b'.repeat(32)}:00`)
      const { previewImport, runImport } = to.vault.handlers
      const preview = await previewImport({ kind: 'old-file', path: '~/.llxprt/keys/work.key' })
      if (preview?.kind !== 'rows') throw new Error('there are no rows')
      expect(preview).toMatchObject({ format: 'llxprt', path: '~/.llxprt/keys/work.key', removable: true })
      const request = { id: preview.id, rows: [0], replace: false, removePlaintext: true }
      expect(await runImport(request)).toMatchObject({ imported: 1, plaintext: 'removed' })
      await expect(readFile(key)).rejects.toThrow('ENOENT')
      const { providerKeys } = to.vault.views
      expect((await (await providerKeys.get()).getKey('work'))?.expose((text) => text)).toBe(
        canaries.key.value
      )
      await expect(previewImport({ kind: 'old-file', path: '~/.llxprt/exa.key' })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringContaining('Show the key in llxprt')
      })
    } finally {
      process.env['HOME'] = userHome
    }
  })

  it('is not taken away through a link or from under a second name', async () => {
    const to = await world.openHome('to')
    const real = join(world.folder, 'real.env')
    await writeFile(real, lines())
    world.chosen = join(world.folder, 'link.env')
    await symlink(real, world.chosen)
    expect((await previewed(to)).removable).toBe(false)
    await rm(world.chosen)
    await link(real, world.chosen)
    expect((await previewed(to)).removable).toBe(false)
    await rm(world.chosen)
    world.chosen = real
    expect((await previewed(to)).removable).toBe(true)
  })

  it('that can not be read, and a page that names a file of its own choice, are refused in a sentence', async () => {
    const to = await world.openHome('to')
    const { previewImport } = to.vault.handlers
    world.chosen = world.folder
    await expect(previewImport({ kind: 'file' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    world.chosen = join(world.folder, 'pipe')
    await run('mkfifo', [world.chosen])
    await expect(previewImport({ kind: 'file' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    world.chosen = join(world.folder, 'utf16.env')
    await writeFile(world.chosen, Buffer.from('A_KEY=x', 'utf16le').fill(0xff, 0, 1))
    await expect(previewImport({ kind: 'file' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await expect(previewImport({ kind: 'old-file', path: '~/.ssh/id_ed25519' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST'
    })
    world.chosen = null
    expect(await previewImport({ kind: 'file' })).toBeNull()
  })
})
