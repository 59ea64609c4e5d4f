import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  sampleEndpoints,
  sampleGrant,
  sampleProvider,
  sampleTokens
} from '../../../src-main/core/testing/samples.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { socketPlace } from '../../../src-socket/socket-path.ts'
import { createScanner } from '../../support/canary-scan.ts'
import { describeProgram } from '../../support/programs.ts'
import { ToolHome } from '../../support/tool-home.ts'
import { bodyOf, type Handler, UseWorld } from '../../support/use-world.ts'
import { openTestVault } from '../../support/vault-harness.ts'

const V1 = 'client.authentication.k8s.io/v1'
const tokenOf = (n: number): string => `cluster-token-${n}-${'k8s'.repeat(8)}`

/** The API server of a cluster, and the issuer of its tokens, over https with an authority of their own. */
let world: UseWorld
let tools: ToolHome
/** Number of the only token that the cluster takes, and how many were issued. */
let accepted = 1
let issued = 1

const cluster: Handler = async (request, response) => {
  const send = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  }
  if (request.url === '/token') {
    await bodyOf(request)
    issued += 1
    accepted = issued
    const tokens = { access_token: tokenOf(issued), refresh_token: `refresh-${issued}`, expires_in: 3600 }
    return send(200, { token_type: 'bearer', ...tokens })
  }
  if (request.headers.authorization === `Bearer ${tokenOf(accepted)}`) {
    return send(200, { major: '1', minor: '32', gitVersion: 'v1.32.4' })
  }
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Unauthorized', code: 401 }
  send(401, { ...status, message: 'Unauthorized' })
}

beforeAll(async () => {
  world = await UseWorld.start({ keys: {}, services: ['cluster'], helper: 'kubectl' })
  world.handle = cluster
  const { vault } = await openTestVault({ home: world.home, store: 'file' })
  const issuedAt = new Date()
  await vault.repository.save(
    sampleGrant({
      ref: { service: 'cluster', account: 'ana' },
      provider: {
        ...sampleProvider,
        endpoints: sampleEndpoints({
          issuer: world.origin,
          authorization: `${world.origin}/authorize`,
          token: `${world.origin}/token`
        })
      },
      tokens: sampleTokens({ accessToken: new Secret(tokenOf(1)), issuedAt })
    })
  )
  await vault.close()
  tools = new ToolHome(world.env)
})
afterAll(async () => {
  await world.end()
  tools.end()
})
beforeEach(() => {
  world.seen.length = 0
})

/** Writes a kubeconfig with this version of the protocol, and asks the cluster for its version. */
async function version(apiVersion = V1, server = world.origin) {
  const exec = {
    apiVersion,
    command: join(tools.folder, 'bin', 'latchkey-kubectl'),
    args: ['--service', 'cluster'],
    interactiveMode: 'Never',
    provideClusterInfo: true
  }
  const authority = join(world.home, 'ca.pem')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority': authority } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'latchkey' } }],
    users: [{ name: 'latchkey', user: { exec } }]
  }
  writeFileSync(join(tools.folder, 'kubeconfig'), JSON.stringify(config))
  return await tools.run('kubectl', ['--kubeconfig', 'kubeconfig', 'get', '--raw', '/version'])
}

const bearers = (): readonly unknown[] =>
  world.seen.filter(({ path }) => path !== '/token').map(({ headers }) => headers['authorization'])
const refreshes = (): number => world.seen.filter(({ path }) => path === '/token').length

describeProgram('kubectl', 'apt-get install kubernetes-client', () => {
  it('says what to do before the person has allowed it, and sends no token', async () => {
    const { code, errors } = await version()
    expect(code).not.toBe(0)
    expect(errors).toContain('latchkey approvals')
    expect(bearers().filter((header) => header !== undefined)).toEqual([])
    expect(await world.answer('always')).toMatchObject({ helper: 'kubectl', host: world.host })
  })

  describe('once it is allowed', () => {
    beforeAll(async () => {
      await world.revokeAll()
      await world.allowHelper('kubectl', { service: 'cluster' })
    })

    it.each([V1, `${V1}beta1`])('gets the token in the version that it asks in: %s', async (apiVersion) => {
      const { code, out, errors } = await version(apiVersion)
      expect({ code, errors }).toEqual({ code: 0, errors: '' })
      expect(JSON.parse(out)).toMatchObject({ gitVersion: 'v1.32.4' })
      expect(new Set(bearers())).toEqual(new Set([`Bearer ${tokenOf(1)}`]))
      expect(refreshes()).toBe(0)
    })

    it('asks again after a 401, has the token refreshed, and goes on with the new one', async () => {
      accepted = 0
      // One request and one command: the program is asked a second time, and kubectl does not repeat the request.
      expect((await version()).errors).toContain('Unauthorized')
      expect(refreshes()).toBe(1)
      expect(await version()).toMatchObject({ code: 0, errors: '' })
      expect(bearers()).toEqual([1, 2].map((n) => `Bearer ${tokenOf(n)}`))
      expect(refreshes()).toBe(1)
    })

    it('does not have a token refreshed again and again that a cluster goes on to refuse', async () => {
      accepted = 0
      const { code, errors } = await version()
      expect(code).not.toBe(0)
      expect(errors).toContain('Unauthorized')
      expect(refreshes()).toBe(0)
      accepted = issued
    })

    it('gets nothing for a cluster that Latchkey has nothing for', async () => {
      const elsewhere = await version(V1, world.origin.replace('localhost', '127.0.0.1'))
      expect(elsewhere.code).not.toBe(0)
      expect(elsewhere.errors).toContain('Latchkey holds nothing for this cluster')
      expect(world.seen).toEqual([])
    })

    it('has a vault started where none runs', async () => {
      await world.endVault()
      expect((await version()).code).toBe(0)
    })

    it('leaves no token in a file', () => {
      const scan = createScanner([1, 2].map((n) => ({ kind: 'access-token', value: tokenOf(n) })))
      const calls = join(socketPlace(world.home).folder ?? '', 'kubectl-calls.json')
      const files = [calls, join(tools.folder, 'kubeconfig')]
      expect(files.map((file) => scan(readFileSync(file)))).toEqual([[], []])
    })
  })

  it('is set up for a context, and as before when that is taken back', async () => {
    const kubeconfig = join(tools.folder, 'mine')
    const text = `# The person's own.
clusters:
- name: c
  cluster:
    server: ${world.origin}
    certificate-authority: ${join(world.home, 'ca.pem')}
contexts:
- name: home
  context:
    cluster: c
    user: admin
users:
- name: admin
  user:
    token: of-a-person
`
    writeFileSync(kubeconfig, text)
    const env = { KUBECONFIG: kubeconfig }
    const get = ['--context', 'home', 'get', '--raw', '/version']
    expect((await tools.run('kubectl', get, { env })).errors).toContain('Unauthorized')

    const setup = ['setup', 'kubectl', '--context', 'home', '--service', 'cluster']
    const shown = await tools.run('latchkey', [...setup, '--dry-run'], { env })
    expect(shown).toMatchObject({ code: 0, errors: '' })
    expect(shown.out).toContain('context home: user latchkey-cluster')
    expect(shown.out).not.toContain('of-a-person')
    expect(readFileSync(kubeconfig, 'utf8')).toBe(text)

    expect(await tools.run('latchkey', setup, { env })).toMatchObject({ code: 0, errors: '' })
    expect(await tools.run('kubectl', get, { env })).toMatchObject({ code: 0, errors: '' })
    expect(bearers()).toEqual(['Bearer of-a-person', `Bearer ${tokenOf(issued)}`])

    expect(await tools.run('latchkey', ['unsetup', 'kubectl'], { env })).toMatchObject({ code: 0 })
    expect(readFileSync(kubeconfig, 'utf8')).toBe(text)
  })
})
