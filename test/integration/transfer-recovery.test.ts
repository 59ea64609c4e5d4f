import { execFile } from 'node:child_process'
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allOf, canaries, fill, KEY, previewed, scan, TransferWorld } from '../support/transfer-world.ts'

const run = promisify(execFile)

let world: TransferWorld
beforeEach(async () => {
  world = await TransferWorld.begin()
})
afterEach(() => world.end())

/** Entries of the copy, opened by age itself. */
async function countIn(home: string, key: string, name = 'latchkey-recovery.age'): Promise<unknown[]> {
  const keyFile = join(world.folder, 'key.txt')
  await writeFile(keyFile, `${key}\n`, { mode: 0o600 })
  try {
    const { stdout } = await run('age', ['-d', '-i', keyFile, join(home, 'recovery', name)])
    return (JSON.parse(stdout) as { credentials: unknown[] }).credentials
  } finally {
    await rm(keyFile)
  }
}

describe('a recovery key', () => {
  it('is shown once by the system, opens the copy with age itself and with Latchkey, and is stored nowhere', async () => {
    const from = await world.openHome('from')
    await fill(from)
    const status = await from.vault.handlers.createRecoveryKey()
    const path = join(from.home, 'recovery', 'latchkey-recovery.age')
    expect(status).toMatchObject({ kind: 'on', path, problem: null, copiedAt: expect.any(String) })
    expect(scan(JSON.stringify(status))).toEqual([])
    const [key = ''] = world.shownKeys
    expect(key).toMatch(KEY)
    expect(JSON.stringify(status)).not.toMatch(KEY)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700)

    const keyFile = join(world.folder, 'key.txt')
    await writeFile(keyFile, `${key}\n`, { mode: 0o600 })
    const { stdout } = await run('age', ['-d', '-i', keyFile, path])
    await rm(keyFile)
    const opened = JSON.parse(stdout) as { credentials: { accessToken?: string }[] }
    expect(opened.credentials).toHaveLength(5)
    expect(stdout).toContain(canaries.refresh.value)

    const to = await world.openHome('to')
    world.chosen = path
    const preview = await previewed(to, key)
    const request = { id: preview.id, rows: allOf(preview), replace: false, removePlaintext: false }
    expect(await to.vault.handlers.runImport(request)).toMatchObject({ imported: 5 })
    await world.closeHome(from)
    await world.closeHome(to)
    for (const file of await world.files()) {
      expect([file, KEY.test(await readFile(file, 'latin1'))]).toEqual([file, false])
    }
  })

  it('renews the copy after a change, and again at the end for what came last', async () => {
    const from = await world.openHome('from')
    await from.vault.handlers.createRecoveryKey()
    const [key = ''] = world.shownKeys
    await from.vault.handlers.addApiKey({
      service: 'stripe',
      name: 'Stripe',
      account: 'acme',
      key: canaries.key.value,
      allowedHosts: [],
      expiresAt: null,
      replace: false
    })
    await expect.poll(async () => (await countIn(from.home, key)).length, { interval: 500 }).toBe(1)
    await from.vault.handlers.addApiKey({
      service: 'openai',
      name: 'OpenAI',
      account: 'last',
      key: canaries.setting.value,
      allowedHosts: [],
      expiresAt: null,
      replace: false
    })
    await world.closeHome(from)
    expect(await countIn(from.home, key)).toHaveLength(2)
  })

  it('never puts a copy that lacks an entry in the place of the last that had it', async () => {
    const from = await world.openHome('from')
    await fill(from)
    await from.vault.handlers.createRecoveryKey()
    const [key = ''] = world.shownKeys
    const sealedDir = join(from.home, 'sealed')
    const [name = ''] = (await readdir(sealedDir)).filter((file) => file.includes('stripe'))
    const entry = await readFile(join(sealedDir, name))
    await writeFile(join(sealedDir, name), 'not an envelope')
    await from.vault.repository.remove({ service: 'mcp.linear', account: 'default' })
    await world.closeHome(from)
    expect(await countIn(from.home, key)).toHaveLength(3)
    expect(await countIn(from.home, key, 'latchkey-recovery.complete.age')).toHaveLength(5)
    await writeFile(join(sealedDir, name), entry)
    const again = await world.openHome('from')
    await again.vault.repository.remove({ service: 'extension.weather', account: 'API_KEY' })
    await world.closeHome(again)
    expect(await countIn(from.home, key)).toHaveLength(3)
    expect(await readdir(join(from.home, 'recovery'))).toEqual(['latchkey-recovery.age'])
  })

  it('is in a folder that the doctor looks at and closes', async () => {
    const from = await world.openHome('from')
    await fill(from)
    await from.vault.handlers.createRecoveryKey()
    const path = join(from.home, 'recovery', 'latchkey-recovery.age')
    await chmod(path, 0o644)
    const found = await from.vault.handlers.runDoctor({ readEntries: false })
    expect(found.rows.find(({ id }) => id === 'modes')).toMatchObject({
      state: 'warning',
      fact: expect.stringContaining('latchkey-recovery.age')
    })
    await from.vault.handlers.fixDoctor({ readEntries: false, checks: ['modes'] })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('changes nothing when the person does not take it, and ends with its copies', async () => {
    const from = await world.openHome('from')
    await fill(from)
    world.takesKey = false
    expect(await from.vault.handlers.createRecoveryKey()).toBeNull()
    expect(await from.vault.handlers.recoveryStatus()).toEqual({ kind: 'off' })
    world.takesKey = true
    await from.vault.handlers.createRecoveryKey()
    expect(await from.vault.handlers.removeRecoveryKey()).toEqual({ kind: 'off' })
    expect(await readdir(join(from.home, 'recovery'))).toEqual([])
  })

  it('says why a copy could not be made, and nothing else stops', async () => {
    const from = await world.openHome('from')
    await fill(from)
    await writeFile(join(from.home, 'recovery'), 'in the way')
    expect(await from.vault.handlers.createRecoveryKey()).toMatchObject({
      kind: 'on',
      copiedAt: null,
      problem: expect.stringContaining('could not be updated')
    })
    expect((await from.vault.tokens.getToken({ service: 'stripe', account: 'acme' })).length).toBeGreaterThan(
      0
    )
  })
})
