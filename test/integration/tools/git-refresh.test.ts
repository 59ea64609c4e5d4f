import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Secret } from '../../../src-main/core/secret.ts'
import {
  sampleEndpoints,
  sampleGrant,
  sampleProvider,
  sampleTokens
} from '../../../src-main/core/testing/samples.ts'
import { type Canary, createScanner, newCanary } from '../../support/canary-scan.ts'
import { GitWorld } from '../../support/git-world.ts'
import { describeProgram } from '../../support/programs.ts'
import { type Serve, startServe } from '../../support/serve.ts'
import { openTestVault } from '../../support/vault-harness.ts'

describeProgram('git', 'apt-get install git', () => {
  const tokens: readonly Canary[] = ['access-token', 'access-token', 'refresh-token', 'refresh-token'].map(
    (kind) => newCanary(kind as Canary['kind'])
  )
  const [first = '', second = '', refresh = '', nextRefresh = ''] = tokens.map(({ value }) => value)
  const scan = createScanner(tokens)
  let world: GitWorld
  let serve: Serve
  let endpoint: Server
  /** The refresh tokens that came in at the token endpoint. */
  const spent: (string | null)[] = []

  beforeAll(async () => {
    endpoint = await tokenEndpoint(spent, { access_token: second, refresh_token: nextRefresh })
    const issuer = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`
    world = await GitWorld.start({}, { others: ['ana'] })
    const harness = await openTestVault({ home: world.vault.home, store: 'file', hasKeychain: false })
    const endpoints = sampleEndpoints({ issuer, token: `${issuer}/token` })
    await harness.vault.repository.save(
      sampleGrant({
        ref: { service: 'github', account: 'ana' },
        provider: { ...sampleProvider, id: 'github', name: 'GitHub', endpoints },
        tokens: sampleTokens({
          accessToken: new Secret(first),
          refreshToken: new Secret(refresh),
          issuedAt: new Date()
        })
      })
    )
    await harness.vault.close()
    serve = await startServe(world.vault.home, {
      ...world.vault.env,
      LATCHKEY_INSECURE_LOOPBACK_ISSUERS: '1'
    })
    await world.vault.allowHelper('git')
    await world.git('config', '--global', 'credential.helper', 'latchkey')
  })
  afterAll(async () => {
    await serve.end()
    await world.end()
    endpoint.close()
  })
  const lsRemote = () => world.git('ls-remote', world.url('ana/repo.git'))

  it('is given the token with its end', async () => {
    const input = `protocol=https\nhost=${world.vault.host}\n\n`
    const asked = await world.tool.run('git', ['credential', 'fill'], { input })
    expect(asked).toMatchObject({ code: 0, errors: '' })
    expect(asked.out).toContain(`username=x-access-token\npassword=${first}\n`)
    // Git knows of the end from 2.40 on.
    const helper = await world.tool.run('git-credential-latchkey', ['get'], { input })
    expect(helper.out).toMatch(/^password_expiry_utc=\d{10}$/m)
  })

  it('gets a new token after the host refused the one it had, and no secret is on any stream', async () => {
    world.server.mayPass = (pair) => pair?.password === second
    const refused = await lsRemote()
    expect(refused).toMatchObject({ code: 128, out: '' })
    expect(spent).toEqual([])
    expect(await lsRemote()).toEqual({ code: 0, out: '', errors: '' })
    expect(spent).toEqual([refresh])
    expect([...scan(JSON.stringify(refused))]).toEqual([])
  })

  it('makes no storm of refreshes at a host that refuses everything, and loses nothing', async () => {
    world.server.mayPass = () => false
    for (let time = 0; time < 3; time += 1) expect((await lsRemote()).code).toBe(128)
    expect(spent).toEqual([refresh])
    world.server.mayPass = (pair) => pair?.password === second
    expect((await lsRemote()).code).toBe(0)
  })

  it('is given nothing after the sign-out', async () => {
    expect((await world.vault.latchkey(['sign-out', 'github', 'ana'])).code).toBeLessThan(2)
    world.server.pairs.length = 0
    const gone = await lsRemote()
    expect(gone.code).toBe(128)
    expect(world.server.pairs).toEqual([null])
    expect(await world.vault.approvals()).toEqual([])
  })
})

/** A token endpoint (RFC 6749 section 6) that gives the same answer to each refresh. */
async function tokenEndpoint(spent: (string | null)[], answer: object): Promise<Server> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece: Buffer) => (body += piece.toString()))
    request.on('end', () => {
      spent.push(new URLSearchParams(body).get('refresh_token'))
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ token_type: 'bearer', expires_in: 3600, ...answer }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
