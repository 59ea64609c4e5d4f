// The part of the tour in which programs use a key that they never hold: a command, git, and an agent.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { makeAuthority } from '../../test/support/certificates.ts'
import { GitServer } from '../../test/support/git-server.ts'
import { type CliEnd, runCli } from '../../test/support/run-cli.ts'
import type { VaultApp } from '../support/vault-app.ts'
import { picture, step, type Tour } from './steps.ts'

/** The key that the tour has added. */
export const KEY = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'

type World = {
  readonly vault: VaultApp
  /** `localhost:port` of the service. */
  readonly place: string
  readonly env: Record<string, string>
}

/** Three programs ask to use the key; the person allows it in the window; the answers come without the key. */
export async function useByPrograms({ vault, home }: Tour): Promise<void> {
  const ca = makeAuthority('Latchkey Tour')
  const git = new GitServer()
  git.mayPass = (pair) => pair?.password === KEY
  git.add('ana/repo.git')
  const service = createServer(ca.issue({ name: 'localhost' }), (request, response) => {
    if (request.url?.startsWith('/ana/')) void git.handle(request, response)
    else response.end(`{"login":"ana","your header":"${request.headers.authorization}"}`)
  }).listen(0, '127.0.0.1')
  await once(service, 'listening')
  const place = `localhost:${(service.address() as AddressInfo).port}`
  const authority = join(home, 'authority.pem')
  writeFileSync(authority, ca.cert, { mode: 0o600 })
  const network = { ca_file: authority, local_hosts: [place] }
  const services = { 'github-token': { hosts: [place], helpers: { git: [place] } } }
  writeFileSync(join(home, 'policy.yaml'), JSON.stringify({ version: 1, network, services }), { mode: 0o600 })
  const toolHome = join(home, 'home-of-tools')
  mkdirSync(toolHome)
  const env = {
    LATCHKEY_HOME: home,
    HOME: toolHome,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSL_CAINFO: authority
  }
  const world = { vault, place, env }
  try {
    await command(world)
    await gitClone(world, join(toolHome, 'repo'))
    await agent(world)
    await step('What was written down', null, async () => {
      const { out } = await runCli(['audit'], { LATCHKEY_HOME: home })
      return `${out.trim().split('\n').length} rows, one before each use and one after`
    })
  } finally {
    service.close()
    service.closeAllConnections()
    git.end()
  }
}

/** The window that asks the person next, ready for an answer. */
async function question(asking: Promise<Page>, title: string): Promise<Page> {
  const window = await asking
  await expect(window.getByRole('button', { name: /^Allow/ })).toBeEnabled()
  await picture(window, title)
  return window
}

async function command({ vault, place, env }: World): Promise<void> {
  const asking = vault.app.waitForEvent('window')
  const words = ['request', 'github-token', `https://${place}/user`, '--reason', 'to greet you by name']
  const ended = runCli(words, env)
  let window: Page | null = null
  await step('A program asks for the key', null, async () => {
    window = await question(asking, 'A program asks for the key')
    return 'asked in a window on top, nothing sent so far'
  })
  await step('Allow it once', vault.page, async () => {
    await window!.getByRole('button', { name: /^Allow/ }).click()
    const { code, out } = await ended
    if (code !== 0 || !out.includes('[redacted]')) throw new Error('The request failed.')
    return 'answered; the key it was sent with is not in it'
  })
}

async function gitClone({ vault, place, env }: World, folder: string): Promise<void> {
  const clone = (): Promise<CliEnd> =>
    run('git', ['clone', '--quiet', `https://${place}/ana/repo.git`, folder], env)
  await step('latchkey setup git', null, async () => {
    const { code, errors } = await runCli(['setup', 'git', '--host', place, '--no-prompt'], env)
    if (code !== 0) throw new Error(errors)
    return 'two lines in ~/.gitconfig, for this host alone'
  })
  await step('git clone', vault.page, async () => {
    const asking = vault.app.waitForEvent('window')
    const first = clone()
    const window = await question(asking, 'The window asks for git')
    await window.getByRole('radio', { name: '10 minutes' }).check({ force: true })
    await window.getByRole('button', { name: /^Allow/ }).click()
    // git gets its answer within five seconds; a person who takes longer lets it run again.
    const { code, errors } = (await first).code === 0 ? await first : await clone()
    if (code !== 0 || !readdirSync(folder).includes('.git')) throw new Error(errors)
    return 'asked once for git and this host; cloned without a password'
  })
}

async function agent({ vault, place, env }: World): Promise<void> {
  const client = new Client({ name: 'agent-of-the-tour', version: '1' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ['bin/latchkey.mjs', 'mcp'],
      env: { PATH: process.env['PATH'] ?? '', ...env }
    })
  )
  try {
    await step('An agent asks by MCP', vault.page, async () => {
      const { tools } = await client.listTools()
      const asking = vault.app.waitForEvent('window')
      const wish = { service: 'github-token', url: `https://${place}/user`, reason: 'to read your profile' }
      const called = client.callTool({ name: 'http_request', arguments: wish })
      const window = await question(asking, 'The window asks for an agent')
      await window.getByRole('button', { name: /^Allow/ }).click()
      const answer = JSON.stringify(await called)
      if (!answer.includes('[redacted]') || answer.includes(KEY)) throw new Error('The request failed.')
      return `${tools.length} tools, none gives a secret; answered after you allowed it`
    })
  } finally {
    await client.close()
  }
}

/** Runs a program to its end. */
function run(program: string, args: readonly string[], env: Record<string, string>): Promise<CliEnd> {
  return new Promise((done) => {
    const child = execFile(program, args, { env: { ...process.env, ...env } }, (_error, out, errors) =>
      done({ code: child.exitCode ?? -1, out, errors })
    )
  })
}
