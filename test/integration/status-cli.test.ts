import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeReadOnly, makeWritable, reader } from '../support/read-only-folder.ts'
import { runCli } from '../support/run-cli.ts'
import { Running, UseWorld } from '../support/use-world.ts'
import { vaultsOf } from '../support/vault-processes.ts'

const KEYS = {
  OPENAI_API_KEY: 'sk-0123456789abcdefghijABCDEFGHIJ',
  STRIPE_KEY: 'sk_test_0123456789abcdefghij'
}
let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: KEYS, services: ['openai'] })
})
afterAll(() => world.end())

const rowsOf = async (args: readonly string[]) => {
  const { code, out, errors } = await world.latchkey(args)
  expect([code, errors]).toEqual([0, ''])
  return JSON.parse(out) as readonly Record<string, unknown>[]
}

describe('latchkey status and show', () => {
  it('list what is kept and who may use it, without a value', async () => {
    await world.allow('openai')
    const rows = await rowsOf(['status', '--json', 'service,status,expiry,allowedTo,store'])
    expect(rows).toContainEqual({
      service: 'openai',
      status: 'valid',
      expiry: 'never',
      allowedTo: ['terminal'],
      store: 'encrypted-file'
    })
    expect(rows.length).toBe(2)
    const { out } = await world.latchkey(['status'])
    expect(out).toMatch(/^SERVICE .*\n(?:.*\n)*openai +OPENAI_API_KEY +✓ Valid +never +- +terminal\n/)
    for (const key of Object.values(KEYS)) expect(out).not.toContain(key)
  })

  it('count the programs that used an entry', async () => {
    expect((await world.latchkey(['request', 'openai', `${world.origin}/v1/models`])).code).toBe(0)
    const { code, out } = await world.latchkey(['show', 'openai', '--json', 'masked,usedBy,allowedHosts'])
    expect(code).toBe(0)
    const shown = JSON.parse(out) as { usedBy: { client: string; count: number }[]; masked: string }
    expect(shown.usedBy).toMatchObject([{ client: 'terminal', count: 1 }])
    expect(shown.masked).toMatch(/^sk•+[A-Z]{2}$/)
    const text = (await world.latchkey(['show', 'openai'])).out
    expect(text).toMatch(/^Used by +terminal, once, last /m)
    expect(text).not.toContain(KEYS.OPENAI_API_KEY)
  })

  it('end quietly when their reader has gone', async () => {
    const many = world.shell(`${world.commandLine(['status'])} | head -1`)
    expect(await many.ended).toBe(0)
    expect([many.errors, many.out]).toEqual(['', expect.stringMatching(/^SERVICE .*\n$/)])
  })

  it('use colour on a terminal, and none where NO_COLOR says so or into a pipe', async () => {
    const shown = async (env: string): Promise<string> => {
      // Node shows no colour where CI is set.
      const running = world.terminal(`env -u CI TERM=xterm-256color ${env} ${world.commandLine(['status'])}`)
      await running.ended
      return running.out
    }
    expect(await shown('')).toContain('\u001b[32m')
    expect(await shown('NO_COLOR=1')).not.toContain('\u001b[')
    expect(await shown('NO_COLOR=1 FORCE_COLOR=1')).not.toContain('\u001b[')
    expect((await world.latchkey(['status'])).out).not.toContain('\u001b')
  })
})

describe('a home in which no vault can be opened', () => {
  it('is shown as empty where it is not there yet, and is not made', async () => {
    const home = join(world.home, 'not-there')
    const { code, out } = await runCli(['status'], { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file' })
    expect([code, out]).toEqual([0, expect.stringContaining('Nothing is kept yet')])
    expect(() => rmSync(home)).toThrow()
  })

  it('is shown from outside where it can not be written', async () => {
    await world.endVault()
    await makeReadOnly(world.home)
    try {
      const { code, out, errors } = await runCli(
        ['status', '--json', 'service,status'],
        world.env,
        '',
        reader
      )
      expect([code, errors]).toEqual([0, ''])
      expect(JSON.parse(out)).toContainEqual({ service: 'openai', status: 'valid' })
      expect(vaultsOf(world.home)).toEqual([])
    } finally {
      await makeWritable(world.home)
    }
  })
})

describe('a Node without SQLite', () => {
  /** Hides what Node 20 does not have. */
  const withoutSqlite =
    '--import=data:text/javascript,import m from "node:module";const b=m.isBuiltin;m.isBuiltin=n=>n!=="node:sqlite"&&b(n);m.syncBuiltinESMExports()'

  it('has the vault started by another one, which outlives the command', async () => {
    await world.endVault()
    const running = new Running(process.execPath, [withoutSqlite, 'bin/latchkey.mjs', 'status'], world.env)
    expect(await running.ended).toBe(0)
    expect([running.errors, running.out]).toEqual(['', expect.stringContaining(' Valid ')])
    expect(vaultsOf(world.home).length).toBe(1)
  })

  it('says why no vault starts', async () => {
    await world.endVault()
    const file = join(world.home, 'latchkey.yaml')
    writeFileSync(file, 'store: [', { mode: 0o600 })
    const env = { ...world.env, LATCHKEY_STORE: 'auto' }
    const running = new Running(process.execPath, [withoutSqlite, 'bin/latchkey.mjs', 'approvals'], env)
    expect(await running.ended).toBe(64)
    expect(running.errors).toContain('(CONFIG_INVALID)')
    rmSync(file)
  })
})
