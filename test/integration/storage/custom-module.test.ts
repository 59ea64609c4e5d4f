import { execFile } from 'node:child_process'
import { chmod, chown, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const program = fileURLToPath(new URL('custom-module-child.ts', import.meta.url))
const store = `export const createBackend = () => ({
  get: () => null, set: () => {}, delete: () => false, list: () => []
})`
const lines = {
  import: 'import "./part.cjs"',
  'import of an import': 'import "./middle.mjs"',
  require: 'import { createRequire } from "node:module"; createRequire(import.meta.url)("./part.cjs")',
  'import()': 'await import("./part.cjs")'
} as const

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'latchkey-custom-'))
  await writeFile(join(dir, 'part.cjs'), 'globalThis.wasRun = true', { mode: 0o600 })
  await writeFile(join(dir, 'middle.mjs'), 'import "./part.cjs"', { mode: 0o600 })
})
afterEach(() => rm(dir, { recursive: true }))

async function load(line: string): Promise<unknown> {
  const module = join(dir, 'store.mjs')
  await writeFile(module, `${line}\n${store}`, { mode: 0o600 })
  const { stdout } = await run(process.execPath, [program, module])
  return JSON.parse(stdout)
}

describe.each(Object.entries(lines))('what a custom store gets by %s', (_how, line) => {
  it('is run while it is the person’s own', async () => {
    expect(await load(line)).toEqual({ keys: [], wasRun: true })
  })

  it('is not run when others can write it', async () => {
    await chmod(join(dir, 'part.cjs'), 0o666)
    const message = 'The module of the custom store imports a file that can be written by others.'
    expect(await load(line)).toEqual({ message, wasRun: false })
  })

  it('is not run by a link', async () => {
    await rm(join(dir, 'part.cjs'))
    await symlink('/dev/null', join(dir, 'part.cjs'))
    expect(await load(line)).toMatchObject({ wasRun: false, message: expect.any(String) })
  })
})

// Only root can give a file to another user.
it.runIf(process.getuid?.() === 0)('what a custom store gets from another user is not run', async () => {
  await chown(join(dir, 'part.cjs'), 65_534, 65_534)
  const message = 'The module of the custom store imports a file that belongs to another user.'
  expect(await load(lines.import)).toEqual({ message, wasRun: false })
})
