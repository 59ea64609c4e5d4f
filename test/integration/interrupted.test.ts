import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { QuestionView } from '#shared/broker/use.ts'
import { commandTable } from '../../src-cli/command-table.ts'
import { UseWorld } from '../support/use-world.ts'
import { connectTo, vaultsOf } from '../support/vault-processes.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const AWS_ID = 'AKIAIOSFODNN7EXAMPLE'
const APPROVAL = 'Anything else denies: '
const CTRL_C = '\u0003'

let world: UseWorld
/** Folder of an extension without a setting. */
const extension = mkdtempSync(join(tmpdir(), 'latchkey-extension-'))
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
  expect(await world.latchkey(['key', 'save', 'work', '--host', world.host], `${KEY}\n`)).toMatchObject({
    code: 0
  })
  const config = { method: 'GET', url: `${world.origin}/v1/charges` }
  const tool = { tool_id: 'charges', executor_id: 'http_client', version: '1.0.0', config }
  writeFileSync(
    join(world.home, 'tool.json'),
    JSON.stringify({ ...tool, auth_service: 'stripe', required_scope: '*' })
  )
  const sealed = await world.latchkey(['export', join(world.home, 'sealed.age')], 'correct horse battery\n')
  expect(sealed).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await world.end()
  rmSync(extension, { recursive: true })
})

type Row = {
  /** First words of the command, by which the table below is checked. */
  readonly command: string
  readonly args: () => readonly string[]
  /** What is shown when it waits. */
  readonly waits: string
}

const signIn = ['sign-in', 'Shop', '--issuer']
const rows: readonly Row[] = [
  { command: 'request', args: () => ['request', 'stripe', `${world.origin}/v1/charges`], waits: APPROVAL },
  { command: 'relay', args: () => ['relay', 'stripe', '--host', world.host], waits: APPROVAL },
  {
    command: 'run',
    args: () => ['run', '--use', 'stripe', '--host', world.host, '--', 'true'],
    waits: APPROVAL
  },
  { command: 'run', args: () => ['run', '--reveal', 'MY_KEY=stripe', '--', 'true'], waits: APPROVAL },
  // dash loses a signal that comes while it forks, so the shell itself becomes the program.
  { command: 'run', args: () => ['run', '--', 'sh', '-c', 'echo began; exec sleep 60'], waits: 'began' },
  { command: 'tool', args: () => ['tool', join(world.home, 'tool.json'), 'charges'], waits: APPROVAL },
  { command: 'token', args: () => ['token', 'stripe'], waits: APPROVAL },
  { command: 'key', args: () => ['key', 'load', 'work'], waits: APPROVAL },
  { command: 'key', args: () => ['key', 'save', 'new'], waits: 'The key: ' },
  { command: 'key', args: () => ['key', 'save', 'work'], waits: 'anything else means no: ' },
  { command: 'key', args: () => ['key', 'delete', 'work'], waits: 'anything else means no: ' },
  { command: 'tool-key', args: () => ['tool-key', 'set', 'brave'], waits: 'The key: ' },
  {
    command: 'mcp-token',
    args: () => ['mcp-token', 'set', 'https://mcp.example.com/mcp'],
    waits: 'in one line: '
  },
  { command: 'aws', args: () => ['aws', 'add', '--key-id', AWS_ID], waits: 'Secret access key: ' },
  {
    command: 'extension',
    args: () => ['extension', 'set', 'weather', 'API_KEY', '--folder', extension],
    waits: 'The secret: '
  },
  { command: 'rotate', args: () => ['rotate', 'stripe'], waits: 'New key: ' },
  {
    command: 'export',
    args: () => ['export', join(world.home, 'new.age')],
    waits: '12 characters or more): '
  },
  {
    command: 'import',
    args: () => ['import', join(world.home, 'sealed.age')],
    waits: 'recovery key of the file: '
  },
  { command: 'move', args: () => ['move', '--to', 'encrypted-file'], waits: 'New passphrase' },
  {
    command: 'sign-in',
    args: () => [...signIn, world.origin, '--client-id', 'x', '--client-secret'],
    waits: 'Secret of the client: '
  },
  {
    command: 'sign-in',
    args: () => [...signIn, 'https://abcdefgh.supabase.co', '--email', 'ana@example.com'],
    waits: 'key of the project: '
  },
  { command: 'approvals', args: () => ['approvals'], waits: APPROVAL }
]

/** Those without a row: the reason, or where they are tried. */
const others: Readonly<Record<string, string>> = {
  status: 'answers at once',
  show: 'answers at once',
  switch: 'answers at once',
  'sign-out': 'asks nothing; the vault ends it by itself',
  'sign-outs': 'answers at once',
  refresh: 'asks nothing; the vault ends it by itself',
  propose: 'answers at once',
  pair: 'answers at once',
  policy: 'answers at once',
  audit: 'answers at once',
  explain: 'answers at once',
  serve: 'below',
  helper: 'never asks',
  setup: 'test/integration/tools/aws-setup.test.ts',
  unsetup: 'answers at once',
  mcp: 'below',
  'mcp-proxy': 'below',
  store: 'answers at once',
  lock: 'answers at once',
  unlock: 'test/integration/lock-cli.test.ts',
  doctor: 'answers at once',
  completion: 'answers at once'
}

it('has a row or a reason for every command', () => {
  const named = [...rows.map(({ command }) => command), ...Object.keys(others)]
  expect([...new Set(named)].toSorted()).toEqual(commandTable.map(({ name }) => name).toSorted())
})

/** All that a command could leave half done. The log grows with what was asked; a question is the person's to answer. */
async function kept(): Promise<unknown> {
  const json = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await world.latchkey([...args, '--json', 'all'])).out) as unknown
  const entries = (await json('status')) as readonly Record<string, unknown>[]
  return {
    entries: entries.map(({ service, account, masked, rotation }) => [service, account, masked, rotation]),
    keys: await json('key', 'list'),
    store: await json('store'),
    approvals: await world.approvals(),
    files: readdirSync(world.home, { recursive: true })
      .map(String)
      .filter((name) => !/audit|catalog|lock|serve|socket/.test(name))
      .toSorted()
  }
}

async function denyAll(): Promise<number> {
  return await world.asTerminal(async (vault) => {
    const questions = (await vault.ask('listQuestions')) as readonly QuestionView[]
    for (const { id, digest } of questions) {
      await vault.ask('answerQuestion', { id, digest, answer: { kind: 'denied' } })
    }
    return questions.length
  })
}

describe('Ctrl-C', () => {
  it.each(rows.map((row) => [`${row.command}, at “${row.waits.trim()}”`, row] as const))(
    'ends with 130 and leaves nothing half done: %s',
    async (_name, { args, command, waits }) => {
      if (command === 'approvals') await world.latchkey(['token', 'stripe', '--no-prompt'])
      const before = await kept()
      const shown = world.terminal(world.commandLine(args()))
      await shown.says(waits)
      shown.type(CTRL_C)
      expect(await shown.ended).toBe(130)
      expect(shown.out).not.toContain(KEY)
      const left = await denyAll()
      expect(left).toBe(waits === APPROVAL ? 1 : 0)
      expect(await kept()).toEqual(before)
      expect(existsSync(join(world.home, 'new.age'))).toBe(false)
      expect(world.seen).toEqual([])
    }
  )
})

describe('Ctrl-C at a command that runs until it is ended', () => {
  const hello = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'a host', version: '1' }
    }
  })
  const answer = {
    jsonrpc: '2.0',
    id: 1,
    result: {
      protocolVersion: '2025-11-25',
      capabilities: {},
      serverInfo: { name: 'remote', version: '1' }
    }
  }

  it.each([
    ['mcp', () => ['mcp']],
    ['mcp-proxy', () => ['mcp-proxy', `${world.origin}/mcp`, '--service', 'stripe']]
  ])('ends it with 130: %s', async (_name, args) => {
    await world.allowHandOut('relay', 'stripe', world.host)
    world.handle = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    }
    const shown = world.terminal(world.commandLine(args()))
    shown.type(`${hello}\n`)
    await shown.says('serverInfo')
    shown.type(CTRL_C)
    expect(await shown.ended).toBe(130)
    expect(shown.out).not.toContain(KEY)
    await world.revokeAll()
  })

  it('ends the vault with 130, and the next one opens the same home', async () => {
    const before = await kept()
    await world.endVault()
    const shown = world.terminal(world.commandLine(['serve']))
    await vi.waitUntil(
      async () => {
        if (vaultsOf(world.home).length === 0) return false
        const vault = await connectTo(world.home).catch(() => null)
        vault?.close()
        return vault !== null
      },
      { timeout: 20_000 }
    )
    shown.type(CTRL_C)
    expect(await shown.ended).toBe(130)
    expect(vaultsOf(world.home)).toEqual([])
    expect(await kept()).toEqual(before)
  })
})
