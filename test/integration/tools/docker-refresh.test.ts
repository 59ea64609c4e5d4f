import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Secret } from '../../../src-main/core/secret.ts'
import {
  sampleEndpoints,
  sampleGrant,
  sampleProvider,
  sampleTokens
} from '../../../src-main/core/testing/samples.ts'
import { type ContainerRegistry, startContainerRegistry } from '../../support/container-registry.ts'
import { describeProgram } from '../../support/programs.ts'
import { ToolHome } from '../../support/tool-home.ts'
import { bodyOf, UseWorld } from '../../support/use-world.ts'
import { openTestVault } from '../../support/vault-harness.ts'

const tokenOf = (n: number): string => `registry-token-${n}-${'forge'.repeat(4)}`

let registry: ContainerRegistry
let world: UseWorld
let tools: ToolHome
let issued = 1

beforeAll(async () => {
  registry = await startContainerRegistry(tokenOf(1))
  const policy = `services:\n  forge:\n    helpers:\n      docker: [${registry.host}]\n`
  world = await UseWorld.start({ keys: {}, services: [], policy })
  world.handle = async (request, response) => {
    await bodyOf(request)
    issued += 1
    const tokens = { access_token: tokenOf(issued), refresh_token: `refresh-${issued}`, expires_in: 3600 }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ token_type: 'bearer', ...tokens }))
  }
  const { vault } = await openTestVault({ home: world.home, store: 'file' })
  const { origin } = world
  const endpoints = { issuer: origin, authorization: `${origin}/authorize`, token: `${origin}/token` }
  await vault.repository.save(
    sampleGrant({
      ref: { service: 'forge', account: 'ana' },
      provider: { ...sampleProvider, endpoints: sampleEndpoints(endpoints) },
      tokens: sampleTokens({ accessToken: new Secret(tokenOf(1)), issuedAt: new Date() })
    })
  )
  await vault.close()
  tools = new ToolHome(world.env)
  mkdirSync(join(tools.folder, '.docker'))
  const config = { credHelpers: { [registry.host]: 'latchkey' } }
  writeFileSync(join(tools.folder, '.docker', 'config.json'), JSON.stringify(config))
  await world.allowHelper('docker', { host: registry.host })
})
afterAll(async () => {
  await world.end()
  tools.end()
  registry.close()
})

const inspect = async () =>
  await tools.run('docker', ['manifest', 'inspect', '--insecure', `${registry.host}/acme/app:latest`])

describeProgram('docker', 'apt-get install docker-cli', () => {
  it('has a token refreshed that the registry refuses, once, after a logout', async () => {
    expect((await inspect()).code).toBe(0)
    // The provider took the token back before its time.
    registry.password = tokenOf(2)
    expect((await inspect()).code).not.toBe(0)
    expect(issued).toBe(1)
    expect((await tools.run('docker', ['logout', registry.host])).code).toBe(0)
    expect(issued).toBe(1)
    const config = { credHelpers: { [registry.host]: 'latchkey' } }
    writeFileSync(join(tools.folder, '.docker', 'config.json'), JSON.stringify(config))
    expect((await inspect()).code).toBe(0)
    expect((await inspect()).code).toBe(0)
    const passwords = registry.logins.map(([, password]) => password)
    expect([...new Set(passwords)]).toEqual([1, 2].map(tokenOf))
    expect(passwords.slice(-2)).toEqual([2, 2].map(tokenOf))
    expect(issued).toBe(2)
  })
})

it('the sign-in is still there', async () => {
  const { out } = await tools.run('docker-credential-latchkey', ['get'], { input: registry.host })
  expect(JSON.parse(out)).toEqual({ ServerURL: registry.host, Username: 'ana', Secret: tokenOf(2) })
})
