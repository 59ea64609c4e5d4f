import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WAITING } from '../../src-cli/client/permitted.ts'
import { contentsOf, makeReadOnly, makeWritable, reader } from '../support/read-only-folder.ts'
import { type CliEnd, runCli } from '../support/run-cli.ts'
import { canaries, fill, PASSPHRASE, scan, TransferWorld } from '../support/transfer-world.ts'

let world: TransferWorld
beforeEach(async () => {
  world = await TransferWorld.begin()
})
afterEach(() => world.end())

/** Nothing is left of a test that was killed. */
const idle = { LATCHKEY_SERVE_IDLE_SECONDS: '40' }

function latchkey(home: string, args: readonly string[], input = ''): Promise<CliEnd> {
  return runCli(args, { LATCHKEY_HOME: join(world.folder, home), LATCHKEY_STORE: 'file', ...idle }, input)
}

/** `age` takes a passphrase only from a terminal, and `script` gives it one. */
function ageOpens(path: string, out: string): Promise<number | null> {
  return new Promise((done) => {
    const child = spawn('script', ['-qec', `age -d -o '${out}' '${path}'`, '/dev/null'])
    child.stdout.once('data', () => child.stdin.write(`${PASSPHRASE}\n`))
    child.once('exit', done)
  })
}

describe('the command line', () => {
  it('exports what age itself opens with the passphrase, and imports it into another home', async () => {
    const from = await world.openHome('from')
    await fill(from)
    await world.closeHome(from)
    const file = join(world.folder, 'all.age')
    const exported = await latchkey('from', ['export', file], `${PASSPHRASE}\n`)
    expect(exported).toEqual({ code: 0, out: `5 exported to ${file}, read back.\n`, errors: '' })
    const plain = join(world.folder, 'plain.json')
    expect(await ageOpens(file, plain)).toBe(0)
    expect(await readFile(plain, 'utf8')).toContain(canaries.refresh.value)
    const imported = await latchkey('to', ['import', file, '--json', 'all'], `${PASSPHRASE}\n`)
    expect(imported.code).toBe(0)
    expect(JSON.parse(imported.out)).toMatchObject({ report: { imported: 5 } })
    expect(scan(imported.out + imported.errors)).toEqual([])
    expect((await latchkey('to', ['import', file], `${PASSPHRASE}\n`)).out).toContain('stored already')
  })

  it('shows masked rows in a dry run, then imports and takes the plaintext away', async () => {
    const file = join(world.folder, '.env')
    await writeFile(file, `PORT=1\nSTRIPE_KEY=${canaries.key.value}\n`)
    const dry = await latchkey('to', ['import', file, '--dry-run'])
    expect(dry.code).toBe(0)
    expect(dry.out).toMatch(/Stripe · STRIPE_KEY {2}cn•+.. {2,}new/)
    expect(dry.out).toContain('Nothing was changed')
    expect(await readFile(file, 'utf8')).toContain(canaries.key.value)
    const done = await latchkey('to', ['import', file, '--remove-plaintext'])
    expect(done.out).toContain('imported')
    expect(await readFile(file, 'utf8')).toBe('PORT=1\n')
    expect(scan(dry.out + done.out)).toEqual([])
  })

  it('exports a home that can’t be written, and imports nothing into it', async () => {
    const from = await world.openHome('from')
    await fill(from)
    await world.closeHome(from)
    const home = join(world.folder, 'from')
    const out = join(world.folder, 'out')
    await mkdir(out)
    await writeFile(join(out, '.env'), 'STRIPE_KEY=sk_test_0123456789abcdefghij')
    await makeReadOnly(home)
    if (reader !== undefined) {
      await chmod(world.folder, 0o755)
      await chown(out, reader, reader)
    }
    const before = await contentsOf(home)
    const run = (args: string[]) =>
      runCli(args, { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file' }, `${PASSPHRASE}\n`, reader)
    const file = join(out, 'all.age')
    expect(await run(['export', file])).toEqual({
      code: 0,
      out: `5 exported to ${file}, read back.\n`,
      errors: ''
    })
    const refused = await run(['import', join(out, '.env')])
    expect([refused.code, refused.errors]).toEqual([64, expect.stringContaining('can’t be written')])
    expect(await contentsOf(home)).toEqual(before)
    await makeWritable(home)
  })

  it('exports nothing that the person refuses at the app', async () => {
    await fill(await world.openApp('from'))
    world.allowsWish = false
    const file = join(world.folder, 'all.age')
    const { code, out, errors } = await latchkey('from', ['export', file], `${PASSPHRASE}\n`)
    expect([code, out]).toEqual([77, ''])
    expect(errors).toBe(
      `${WAITING}latchkey: The export was not allowed in Latchkey’s window. No file was made. (APPROVAL_DENIED)\n`
    )
    expect((await world.files()).filter((path) => path.endsWith('.age'))).toEqual([])
  })

  it('exports while the app has the home open, and the list of the app is not disturbed', async () => {
    const app = await world.openApp('from')
    await fill(app)
    const file = join(world.folder, 'all.age')
    const exported = await latchkey('from', ['export', file], `${PASSPHRASE}\n`)
    expect(exported).toEqual({ code: 0, out: `5 exported to ${file}, read back.\n`, errors: WAITING })
    expect(world.askedWishes).toEqual([{ kind: 'export', path: file }])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(app.vault.repository.list()).toHaveLength(5)
  })

  it('does not write over a file, and takes no short passphrase', async () => {
    const file = join(world.folder, 'all.age')
    await mkdir(join(world.folder, 'other'), { mode: 0o700 })
    await writeFile(file, 'mine')
    const taken = await latchkey('other', ['export', file], `${PASSPHRASE}\n`)
    expect([taken.code, taken.errors]).toEqual([64, expect.stringContaining('This file already exists')])
    const short = await latchkey('other', ['export', `${file}2`], 'short\n')
    expect([short.code, short.errors]).toEqual([64, expect.stringContaining('12')])
    expect(await readFile(file, 'utf8')).toBe('mine')
  })
})
