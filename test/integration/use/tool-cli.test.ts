import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ToolAnswerView } from '#shared/broker/use.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { sampleGrant, sampleTokens } from '../../../src-main/core/testing/samples.ts'
import { bodyOf, ok, UseWorld } from '../../support/use-world.ts'
import { openTestVault } from '../../support/vault-harness.ts'

const TOKEN = 'gho_16C7e42F292c6912E7710c838347Ae178B4a'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: {}, services: ['github', 'linear'] })
  const { vault } = await openTestVault({ home: world.home, store: 'file' })
  const accessToken = new Secret(TOKEN)
  const tokens = sampleTokens({ accessToken, refreshToken: null, expiry: { kind: 'never' } })
  await vault.repository.save(
    sampleGrant({ ref: { service: 'github', account: 'ana' }, tokens, scopesGranted: ['repo'] })
  )
  for (const account of ['ana', 'bob']) {
    await vault.repository.save(
      sampleGrant({ ref: { service: 'linear', account }, tokens, scopesGranted: ['read'] })
    )
  }
  await vault.close()
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

describe('a tool', () => {
  type Result = Extract<ToolAnswerView, { kind: 'result' }>['result']

  const base = { executor_id: 'http_client', version: '1.0.0' }
  const json = (name: string, manifest: object): string => {
    const path = join(world.home, `${name}.json`)
    writeFileSync(path, JSON.stringify({ tool_id: name, ...base, ...manifest }))
    return path
  }

  async function tool(
    path: string,
    id: string,
    ...params: readonly string[]
  ): Promise<{ readonly code: number; readonly result: Result; readonly errors: string }> {
    const all = params.flatMap((param) => ['--param', param])
    const { code: exit, out, errors } = await world.latchkey(['tool', path, id, ...all, '--no-prompt'])
    return { code: exit, errors, result: (out === '' ? null : JSON.parse(out)) as Result }
  }

  it('in YAML with a parent and a scope runs with the sign-in, after it was allowed', async () => {
    const folder = join(world.home, 'tools')
    mkdirSync(folder)
    const head = 'executor_id: http_client\nversion: 1.0.0\n'
    writeFileSync(
      join(folder, 'base.yaml'),
      `tool_id: base\n${head}auth_service: github\nrequired_scope: repo\nconfig:\n  method: POST\n  url: ${world.origin}/repos/\${owner}/issues\n  headers: { accept: application/json }\n`
    )
    writeFileSync(
      join(folder, 'leaf.yml'),
      `tool_id: leaf\n${head}parent: base\nconfig:\n  body: { title: '\${title}', labels: '\${labels}' }\n`
    )
    let body = ''
    world.handle = async (incoming, response) => {
      body = await bodyOf(incoming)
      response
        .writeHead(201, { 'content-type': 'application/json' })
        .end(`{"saw":"${incoming.headers.authorization}"}`)
    }
    const params = ['owner=octo cat', 'title=hello', 'labels:=["x"]']
    expect((await tool(folder, 'leaf', ...params)).code).toBe(77)
    expect(await world.answer('once')).toMatchObject({
      service: 'github',
      account: 'ana',
      scope: 'repo',
      method: 'POST'
    })
    const { code: exit, result } = await tool(folder, 'leaf', ...params)
    expect([exit, result]).toMatchObject([
      0,
      { success: true, status: 201, metadata: { chain: ['leaf', 'base'] } }
    ])
    expect(result.body).toEqual({ saw: 'Bearer [redacted]' })
    expect(JSON.parse(body)).toEqual({ title: 'hello', labels: ['x'] })
    expect(world.seen).toMatchObject([
      { path: '/repos/octo%20cat/issues', headers: { authorization: `Bearer ${TOKEN}` } }
    ])
    const elsewhere = await tool(folder, 'leaf', 'owner=a/../b', 'title=hello', 'labels:=[]')
    expect([elsewhere.code, elsewhere.result.status]).toEqual([1, null])
  })

  it('without a sign-in ends with 4 and says how to sign in', async () => {
    const path = json('no-sign-in', {
      auth_service: 'gitlab',
      required_scope: 'api',
      config: { method: 'GET', url: `${world.origin}/` }
    })
    const { code: exit, result } = await tool(path, 'no-sign-in')
    expect([exit, result.metadata['auth_required'], result.success]).toEqual([4, true, false])
    expect(result.error).toContain('Not signed in to gitlab.')
    expect(world.seen).toEqual([])
  })

  it('without auth_account is told to name one where the service has several accounts', async () => {
    const config = { method: 'GET', url: `${world.origin}/` }
    const of = { auth_service: 'linear', required_scope: 'read', config }
    const { code: exit, result } = await tool(json('several', of), 'several')
    expect([exit, result.success, result.status]).toEqual([1, false, null])
    expect(result.error).toBe(
      'This service has several accounts. Name one: with --account, or as auth_account of a tool.'
    )
    expect(world.seen).toEqual([])
    const named = json('named', { ...of, auth_account: 'bob' })
    expect((await tool(named, 'named')).code).toBe(77)
    expect(await world.answer('once')).toMatchObject({ service: 'linear', account: 'bob' })
    expect((await tool(named, 'named')).code).toBe(0)
  })

  it('whose sign-in lacks the scope ends with 4, and nothing is sent', async () => {
    const path = json('scope', {
      auth_service: 'github',
      required_scope: 'admin:org',
      config: { method: 'GET', url: `${world.origin}/` }
    })
    expect((await tool(path, 'scope')).code).toBe(77)
    await world.answer('once')
    const { code: exit, result } = await tool(path, 'scope')
    expect([exit, result.success]).toEqual([4, false])
    expect(result.metadata).toMatchObject({ auth_required: true, auth_error: 'SCOPE_MISSING' })
    expect(world.seen).toEqual([])
  })

  it('that goes elsewhere with a credential ends with 77', async () => {
    const path = json('elsewhere', {
      auth_service: 'github',
      required_scope: 'repo',
      config: { method: 'GET', url: 'https://evil.example/' }
    })
    const { code: exit, result } = await tool(path, 'elsewhere')
    expect([exit, result.metadata['auth_error']]).toEqual([77, 'ORIGIN_NOT_ALLOWED'])
  })

  it('that is public puts no slash into a segment of its path', async () => {
    const path = json('segment', { config: { method: 'GET', url: `${world.origin}/public/\${id}/x` } })
    const { code: exit, result } = await tool(path, 'segment', 'id=a/b')
    expect([exit, result.error]).toEqual([1, expect.stringMatching(/^The path of this address hides/)])
    expect(world.seen).toEqual([])
  })

  it('that is public sends no credential', async () => {
    const path = json('public', { config: { method: 'GET', url: `${world.origin}/public` } })
    const { code: exit, result } = await tool(path, 'public')
    expect([exit, result]).toMatchObject([0, { success: true, status: 200, body: { ok: true } }])
    expect(world.seen).toMatchObject([{ path: '/public' }])
    expect(world.seen[0]?.headers).not.toHaveProperty('authorization')
  })

  it('that can not be read is refused with the line', async () => {
    const path = join(world.home, 'broken.yaml')
    writeFileSync(path, 'tool_id: a\n  b: [\n')
    const end = await world.latchkey(['tool', path, 'a'])
    expect(end).toMatchObject({
      code: 64,
      out: '',
      errors: expect.stringMatching(/A manifest can’t be read: in line \d/)
    })
  })
})

describe('a public tool in an empty home', () => {
  it('asks the store for nothing', async () => {
    const empty = await UseWorld.start({ keys: {}, services: [] })
    const path = join(empty.home, 'public.json')
    const config = { method: 'GET', url: `${empty.origin}/public` }
    writeFileSync(
      path,
      JSON.stringify({ tool_id: 'public', executor_id: 'http_client', version: '1.0.0', config })
    )
    const { code: exit } = await empty.latchkey(['tool', path, 'public'])
    const files = readdirSync(empty.home)
    await empty.end()
    expect(exit).toBe(0)
    expect(files).toContain('catalog.db')
    for (const name of ['sealed', 'keys', 'audit.db']) expect(files).not.toContain(name)
  })
})
