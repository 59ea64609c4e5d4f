import { unpack } from '#shared/packed-list.ts'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VaultChange } from '#shared/ipc.ts'
import type { ImportPreview, ImportReport } from '#shared/transfer.ts'
import { type CliEnd, runCli } from '../support/run-cli.ts'
import { fill, PASSPHRASE, TransferWorld } from '../support/transfer-world.ts'
import { connectTo, vaultsOf } from '../support/vault-processes.ts'

let world: TransferWorld
let home = ''
beforeEach(async () => {
  world = await TransferWorld.begin()
  home = join(world.folder, 'home')
})
afterEach(() => world.end())

function latchkey(
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {}
): Promise<CliEnd> {
  const idle = { LATCHKEY_SERVE_IDLE_SECONDS: '40' }
  return runCli(args, { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file', ...idle, ...env }, input)
}

async function envFile(key: string): Promise<string> {
  const file = join(world.folder, '.env')
  await writeFile(file, `PORT=1\nSTRIPE_KEY=${key}\n`)
  return file
}

const newKey = (): string => `sk_test_${randomBytes(12).toString('hex')}`

describe('a command that the vault carries out', () => {
  it('imports while the app has the home open: the app lists what came, and takes the plaintext away', async () => {
    const { vault } = await world.openApp('home')
    const told: VaultChange[] = []
    vault.on('changed', (change) => told.push(change))
    const file = await envFile(newKey())
    const end = await latchkey(['import', file, '--remove-plaintext'])
    expect([end.code, end.errors]).toEqual([0, ''])
    expect(end.out).toContain('1 found, 1 skipped, 1 imported.')
    expect(await readFile(file, 'utf8')).toBe('PORT=1\n')
    const listed = vault.repository.list().map(({ ref }) => ref)
    expect(listed).toEqual([{ service: 'stripe', account: 'STRIPE_KEY' }])
    expect(told.flatMap(({ upserted }) => unpack(upserted).map(({ account }) => account))).toContain(
      'STRIPE_KEY'
    )
    expect(vaultsOf(home)).toEqual([])
  })

  it('disturbs no import of the window', async () => {
    const { vault } = await world.openApp('home')
    const waiting = await vault.handlers.previewImport({ kind: 'text', text: `OPENAI_API_KEY=${newKey()}` })
    expect((await latchkey(['import', '-'], `STRIPE_KEY=${newKey()}\n`)).code).toBe(0)
    const run = { id: waiting?.id ?? '', rows: [0], replace: false, removePlaintext: false }
    expect(await vault.handlers.runImport(run)).toMatchObject({ imported: 1 })
    expect(vault.repository.list()).toHaveLength(2)
  })

  it('shows 20,000 rows', async () => {
    const keyOf = (at: number): string => `STRIPE_KEY_${at}=sk_test_${at}_0123456789abcdef`
    const text = Array.from({ length: 20_000 }, (_, at) => keyOf(at)).join('\n')
    const file = join(world.folder, '.env')
    await writeFile(file, text)
    const dry = await latchkey(['import', file, '--dry-run', '--json', 'all'])
    expect([dry.code, dry.errors]).toEqual([0, ''])
    const { preview } = JSON.parse(dry.out) as { readonly preview: Extract<ImportPreview, { kind: 'rows' }> }
    expect(preview.rows).toHaveLength(20_000)
    expect(preview.rows.at(-1)).toMatchObject({ index: 19_999, account: 'STRIPE_KEY_19999', state: 'new' })
    expect(dry.out).not.toContain('0123456789abcdef')
    expect((await latchkey(['import', '-', '--dry-run'], text)).out).toContain('20000 found')
  }, 120_000)

  it('is refused to a paired program, and a path has to be whole', async () => {
    const file = await envFile(newKey())
    const keyFile = join(world.folder, 'bot.key')
    expect((await latchkey(['pair', 'bot', '--key-file', keyFile])).code).toBe(0)
    const commands = [
      ['export', join(world.folder, 'all.age')],
      ['import', file],
      ['import', '-'],
      ['move', '--to', 'encrypted-file']
    ]
    for (const args of commands) {
      const end = await latchkey(args, `${PASSPHRASE}\n`, { LATCHKEY_CLIENT_KEY: keyFile })
      expect([end.code, end.out]).toEqual([64, ''])
      expect(end.errors).toContain('Only the person may ask for this, not a program.')
    }
    const vault = await connectTo(home)
    const refused = { problem: { code: 'INVALID_REQUEST', message: 'The request was not understood: path.' } }
    await expect(vault.ask('previewFile', { path: '.env' })).rejects.toMatchObject(refused)
    await expect(vault.ask('exportTo', { path: 'a.age', passphrase: PASSPHRASE })).rejects.toMatchObject(
      refused
    )
    vault.close()
  })

  it('leaves nothing behind in the vault when its connection ends before the import ran', async () => {
    const { vault: app } = await world.openApp('home')
    const file = await envFile(newKey())
    const first = await connectTo(home)
    const { id } = (await first.ask('previewFile', { path: file })) as ImportPreview
    first.close()
    const second = await connectTo(home)
    const run = { id, rows: [0], replace: false, removePlaintext: false }
    await expect
      .poll(() => second.ask('runImport', { ...run, rows: [] }).catch((error: unknown) => error))
      .toMatchObject({ problem: { message: expect.stringContaining('no longer open') } })
    second.close()
    expect(app.repository.list()).toEqual([])
  })

  it('stores no more rows once its command is gone, and leaves the file', async () => {
    const { vault } = await world.openApp('home')
    const file = join(world.folder, '.env')
    const text = Array.from({ length: 3000 }, (_, at) => `STRIPE_KEY_${at}=${newKey()}`).join('\n')
    await writeFile(file, text)
    const child = spawn(process.execPath, ['bin/latchkey.mjs', 'import', file, '--remove-plaintext'], {
      env: { ...process.env, LATCHKEY_HOME: home }
    })
    const ended = once(child, 'close')
    const { imports } = vault.terminal.transfer
    const run = imports.run.bind(imports)
    const reported = new Promise<ImportReport>((resolve) => {
      imports.run = async (...args) => {
        const report = await run(...args)
        resolve(report)
        return report
      }
    })
    await new Promise((resolve) => vault.on('changed', resolve))
    child.kill('SIGINT')
    expect(await ended).toEqual([null, 'SIGINT'])
    const { imported, plaintext } = await reported
    expect(imported).toBeGreaterThan(0)
    expect(imported).toBeLessThan(3000)
    expect(plaintext).toBe('kept')
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  it('does not take text that is longer than 16 MiB or not UTF-8 from a pipe', async () => {
    const long = await latchkey(['import', '-'], 'x'.repeat(16 * 1024 * 1024 + 1))
    expect([long.code, long.errors]).toEqual([64, expect.stringContaining('longer than 16 MiB')])
    expect((await latchkey(['import', '-'], `STRIPE_KEY=${newKey()}\n`)).code).toBe(0)
  })
})

describe('a vault that a command started', () => {
  it('is used by the next one, and ends when another process wants the home', async () => {
    const harness = await world.openHome('home')
    await fill(harness)
    await world.closeHome(harness)
    const file = join(world.folder, 'all.age')
    expect((await latchkey(['export', file], `${PASSPHRASE}\n`)).code).toBe(0)
    const [pid] = vaultsOf(home)
    expect((await latchkey(['import', file, '--dry-run'], `${PASSPHRASE}\n`)).code).toBe(0)
    expect(vaultsOf(home)).toEqual([pid])
  })
})
