import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli, typeInto } from '../support/run-cli.ts'
import { fill, PASSPHRASE, TransferWorld } from '../support/transfer-world.ts'

let world: TransferWorld
beforeEach(async () => {
  world = await TransferWorld.begin()
})
afterEach(() => world.end())

type Ended = { readonly code: number | null; readonly signal: string | null; readonly errors: string }

const env = (home: string) => ({
  ...process.env,
  LATCHKEY_HOME: join(world.folder, home),
  LATCHKEY_STORE: 'file'
})

/** Runs a line of a shell; returns its exit code, its signal and its errors. */
async function shell(line: string, home = 'home'): Promise<Ended> {
  const cli = `${process.execPath} bin/latchkey.mjs`
  const child = spawn('bash', ['-c', line.replaceAll('latchkey', cli)], { env: env(home) })
  let errors = ''
  child.stderr.on('data', (data) => (errors += String(data)))
  child.stdout.resume()
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, errors }
}

describe('the command line', () => {
  it.each(['doctor', 'import {file}', '--help', 'nonsense'])(
    'ends quietly when its output is not read, and with 70 when it can not be written: %s',
    async (command) => {
      const file = join(world.folder, '.env')
      await writeFile(file, 'A_KEY=0123456789abcdef\n')
      const line = `latchkey ${command.replace('{file}', file)}`
      const unread = await shell(`${line} 2>&1 >/dev/null | cat >&2; ${line} 2>/dev/null | true`)
      expect(unread.errors).not.toMatch(/^\s+at /m)
      expect(unread.errors).not.toContain('EPIPE')
      const full = await shell(`${line} >/dev/full 2>/dev/full`)
      expect(full.code).toBe(70)
    }
  )

  it('makes no vault in the folder it is called from', async () => {
    const bin = join(process.cwd(), 'bin', 'latchkey.mjs')
    for (const wrong of [{ HOME: '' }, { HOME: 'here' }, { HOME: '~' }]) {
      const child = spawn(process.execPath, [bin, 'import', '/dev/null'], {
        cwd: world.folder,
        env: { PATH: process.env['PATH'], LATCHKEY_STORE: 'file', ...wrong }
      })
      let errors = ''
      child.stderr.on('data', (data) => (errors += String(data)))
      expect(await once(child, 'close')).toEqual([64, null])
      expect(errors).toContain('HOME must be an absolute path')
    }
    expect(await readdir(world.folder)).toEqual([])
  })

  it('exports beside a file of the person’s own without touching it', async () => {
    const from = await world.openHome('home')
    await fill(from)
    await world.closeHome(from)
    const folder = join(world.folder, 'out')
    await mkdir(folder)
    await writeFile(join(folder, 'all.age.new'), 'mine')
    const file = join(folder, 'all.age')
    const home = { LATCHKEY_HOME: join(world.folder, 'home'), LATCHKEY_STORE: 'file' }
    expect((await runCli(['export', file], home, `${PASSPHRASE}\n`)).code).toBe(0)
    expect(await readFile(join(folder, 'all.age.new'), 'utf8')).toBe('mine')
    expect(await readdir(folder)).toEqual(['all.age', 'all.age.new'])
  })

  it('leaves nothing behind when an export is interrupted', async () => {
    const from = await world.openHome('home')
    await fill(from)
    await world.closeHome(from)
    const folder = join(world.folder, 'out')
    await mkdir(folder)
    const args = ['bin/latchkey.mjs', 'export', join(folder, 'all.age')]
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const child = spawn(process.execPath, args, { env: env('home') })
      typeInto(child, `${PASSPHRASE}\n`)
      // Sealing takes a second or more, so the file is unfinished when the signal comes.
      await untilThere(() => readdir(folder), child)
      child.kill(signal)
      expect(await once(child, 'exit')).toEqual([null, signal])
      expect(await readdir(folder)).toEqual([])
    }
  })

  it.each(['providers.json', 'latchkey.yaml', 'move.json', 'catalog.db', 'catalog.db-wal'])(
    'does not wait for a pipe that stands in place of %s',
    async (name) => {
      const home = join(world.folder, 'home')
      await mkdir(home, { mode: 0o700 })
      await once(spawn('mkfifo', [join(home, name)]), 'close')
      await access(join(home, name))
      if (name === 'catalog.db-wal') await writeFile(join(home, 'catalog.db'), '')
      const { code, errors } = await shell('latchkey store; latchkey import /dev/null; latchkey doctor')
      expect(code).not.toBeNull()
      expect(errors).not.toMatch(/^\s+at /m)
    },
    20_000
  )

  it.each([
    ['a folder that is not there', '/nowhere/at/all/x.age', 'There is no such folder.'],
    ['a part that is a file', '/dev/null/x.age', 'A part of that path is not a folder.'],
    ['a folder of the system', '/proc/x.age', 'There is no such folder.']
  ])('says what is wrong with the place of an export: %s', async (_name, place, sentence) => {
    const open = await world.openHome('home')
    await fill(open)
    await world.closeHome(open)
    const args = ['export', place]
    const { code, errors } = await runCli(args, env('home'), `${PASSPHRASE}\n`)
    expect([code, errors]).toEqual([70, expect.stringContaining(sentence)])
    expect(errors).not.toContain('previous one')
  })

  it.each(['store', 'import /dev/null', 'export x.age'])(
    'says that a file is in the place of the data folder: %s',
    async (command) => {
      await writeFile(join(world.folder, 'file'), '')
      const { code, errors } = await shell(`latchkey ${command} < /dev/null`, 'file')
      expect([code, errors]).toEqual([
        64,
        expect.stringContaining('There is a file at the path of the data folder')
      ])
    }
  )

  it.each([
    ['latchkey.yaml', 'store: {type: nonsense}\n', 'CONFIG_INVALID', 64],
    ['catalog.db', 'no database', 'CREDENTIAL_UNREADABLE', 70]
  ])(
    'says why no vault starts: %s',
    async (name, text, problem, exit) => {
      const home = join(world.folder, 'home')
      await mkdir(home, { mode: 0o700 })
      await writeFile(join(home, name), text)
      for (const command of ['import /dev/null', 'export x.age', 'move --to keychain']) {
        const { LATCHKEY_STORE: _, ...unset } = env('home')
        const args = ['bin/latchkey.mjs', ...command.split(' ')]
        const child = spawn(process.execPath, args, { env: { ...unset, LATCHKEY_STORE: 'auto' } })
        let errors = ''
        child.stderr.on('data', (data) => (errors += String(data)))
        expect(await once(child, 'close')).toEqual([exit, null])
        expect(errors).toContain(problem)
        expect(await readFile(join(home, name), 'utf8')).toBe(text)
      }
    },
    60_000
  )

  it('says what is wrong where no folder can be made', async () => {
    const home = { LATCHKEY_HOME: '/proc/nowhere/latchkey', LATCHKEY_STORE: 'file' }
    const { code, out, errors } = await runCli(['import', '/dev/null'], home)
    expect([code, out]).toEqual([69, ''])
    expect(errors).toContain('Latchkey did not start.')
  }, 20_000)
})

/**
 * Waits until `list` returns a name; asks in each turn of the event loop. Rejects if the process ends before.
 */
async function untilThere(list: () => Promise<string[]>, child: ReturnType<typeof spawn>): Promise<void> {
  while ((await list()).length === 0) {
    if (child.exitCode !== null) throw new Error('the export was done before it could be interrupted')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
