import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createScanner } from '../../support/canary-scan.ts'
import { typeInto } from '../../support/run-cli.ts'
import { ok, Running, UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const scan = createScanner([{ kind: 'api-key', value: KEY }])

let world: UseWorld
const started: Running[] = []
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(async () => {
  for (const { child } of started) child.kill()
  expect(started.flatMap(({ out, errors }) => [...scan(out), ...scan(errors)])).toEqual([])
  await world.end()
})
beforeEach(() => {
  world.handle = ok
})

/** Starts an example as a person would, with what was built. */
function start(file: string, args: readonly string[], input: string | null = null): Running {
  const running = new Running(process.execPath, [`examples/${file}`, ...args], world.env)
  started.push(running)
  if (input !== null) typeInto(running.child, input)
  return running
}

const call = JSON.stringify({
  service: 'stripe',
  url: 'ORIGIN/v1/charges',
  method: 'POST',
  body: { amount: 1 }
})

it('the script runs on a Node without SQLite, such as 20, which has the vault started by another one', async () => {
  await world.endVault()
  // Hides what Node 20 does not have.
  const withoutSqlite =
    '--import=data:text/javascript,import m from "node:module";const b=m.isBuiltin;m.isBuiltin=n=>n!=="node:sqlite"&&b(n);m.syncBuiltinESMExports()'
  const args = [withoutSqlite, 'examples/script.mjs', 'none', world.origin]
  const running = new Running(process.execPath, args, world.env)
  started.push(running)
  expect([await running.ended, running.errors]).toEqual([4, 'No authentication token for none\n'])
})

describe('before anything is allowed', () => {
  it('the script says what to do, and ends with 75', async () => {
    const script = start('script.mjs', ['stripe', `${world.origin}/v1/balance`])
    expect([await script.ended, script.out]).toEqual([75, ''])
    expect(script.errors).toContain('latchkey approvals')
    await world.answer('denied')
  })

  it('the tool of the agent says so as JSON, also for a service without a credential', async () => {
    const tool = start('agent-tool.mjs', [], call.replace('ORIGIN', world.origin))
    expect(await tool.ended).toBe(0)
    expect(JSON.parse(tool.out)).toMatchObject({ state: 'approval_needed', code: 'APPROVAL_PENDING' })
    await world.answer('denied')
    const other = start('agent-tool.mjs', [], JSON.stringify({ service: 'none', url: world.origin }))
    expect([await other.ended, other.out]).toEqual([0, '{"state":"sign_in_needed","service":"none"}\n'])
  })

  it('the script for a service without a credential ends with 4', async () => {
    const script = start('script.mjs', ['none', world.origin])
    expect([await script.ended, script.errors]).toEqual([4, 'No authentication token for none\n'])
  })
})

describe('after it is allowed', () => {
  beforeAll(() => world.allow('stripe', ['GET', 'POST']))

  it('the script prints the answer', async () => {
    const script = start('script.mjs', ['stripe', `${world.origin}/v1/balance`])
    expect([await script.ended, script.out, script.errors]).toEqual([0, '200 {"ok":true}\n', ''])
  })

  it('the tool of the agent gives the answer as JSON, without the credential that the server echoes', async () => {
    world.handle = (_request, response) => response.end(`it is ${KEY}`) && undefined
    const tool = start('agent-tool.mjs', [], call.replace('ORIGIN', world.origin))
    expect(await tool.ended).toBe(0)
    expect(JSON.parse(tool.out)).toMatchObject({ state: 'done', status: 200 })
    expect(world.seen.at(-1)?.headers).toMatchObject({ authorization: `Bearer ${KEY}` })
  })

  it('the server passes requests on, and refuses what the vault refuses', async () => {
    const server = start('server.mjs', ['stripe', world.origin])
    await server.says('http://127.0.0.1:')
    const address = server.out.trim()
    const answer = await fetch(`${address}/v1/balance`)
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }])
    await world.revokeAll()
    const refused = await fetch(`${address}/v1/balance`)
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('latchkey approvals')
    ])
  })
})

describe('the package', () => {
  it('has types that a strict program of another project compiles with', () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-types-'))
    const program = [
      "import { ApprovalRequired, connect, type TokenMetadata } from 'latchkey/client'",
      'const latchkey = await connect()',
      "const response: Response = await latchkey.request('github', 'https://api.github.com/user', { scope: 'repo' })",
      "const token: string = await latchkey.getToken('github')",
      "const known: TokenMetadata | null = latchkey.getCachedMetadata('github')",
      'console.log(response.status, token, known, ApprovalRequired)',
      '// @ts-expect-error -- a service is a text',
      'await latchkey.clearToken(1)'
    ]
    try {
      writeFileSync(join(folder, 'program.mts'), program.join('\n'))
      const paths = { 'latchkey/client': [resolve('out/types/face.d.ts')] }
      const compilerOptions = {
        strict: true,
        noEmit: true,
        module: 'nodenext',
        target: 'es2024',
        typeRoots: [resolve('node_modules/@types')],
        types: ['node'],
        paths
      }
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ compilerOptions, include: ['program.mts'] })
      )
      execFileSync('node_modules/.bin/tsc', ['-p', folder], { encoding: 'utf8' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('has an example for each row of its page, and no other', () => {
    const files = readdirSync('examples').filter((name) => name.endsWith('.mjs'))
    expect(files.toSorted()).toEqual(['agent-tool.mjs', 'script.mjs', 'server.mjs'])
  })
})
