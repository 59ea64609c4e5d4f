import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ContainerRegistry, startContainerRegistry } from '../../support/container-registry.ts'
import { describeProgram } from '../../support/programs.ts'
import { ToolHome } from '../../support/tool-home.ts'
import { UseWorld } from '../../support/use-world.ts'

const ANA = `ghp_${'4na0'.repeat(9)}`
const BOB = `ghp_${'8ob0'.repeat(9)}`

let registry: ContainerRegistry
let world: UseWorld
let tools: ToolHome

beforeAll(async () => {
  registry = await startContainerRegistry(BOB)
  const policy = `services:\n  github-token:\n    helpers:\n      docker: [${registry.host}]\n`
  world = await UseWorld.start({ keys: { ana: ANA, bob: BOB }, services: [], policy })
  tools = new ToolHome(world.env)
})
afterAll(async () => {
  await world.end()
  tools.end()
  registry.close()
})

const setup = (account: string) =>
  tools.run('latchkey', ['setup', 'docker', '--host', registry.host, '--account', account])
const inspect = async () =>
  await tools.run('docker', ['manifest', 'inspect', '--insecure', `${registry.host}/acme/app:latest`])

describeProgram('docker', 'apt-get install docker-cli', () => {
  it('gets the login of the account that it was set up for, where a registry has two', async () => {
    expect(await setup('bob')).toMatchObject({ code: 0, errors: '' })
    expect(await world.answer('always')).toMatchObject({ helper: 'docker', account: 'bob' })
    expect(await inspect()).toMatchObject({ code: 0, errors: '' })
    expect(new Set(registry.logins.map(([user]) => user))).toEqual(new Set(['bob']))
  })

  it('is told that two fit, where both or none is allowed, and gets neither', async () => {
    registry.logins.length = 0
    await world.allowHelper('docker', { host: registry.host, account: 'ana' })
    const both = await inspect()
    expect(both.errors).toContain('Several accounts fit')
    expect((await tools.run('docker-credential-latchkey', ['list'])).out).toBe('{}\n')
    await world.revokeAll()
    const none = await inspect()
    expect(none.errors).toContain('allow only one of them')
    expect(JSON.stringify([both, none])).not.toMatch(/ghp_/)
    expect(registry.logins).toEqual([])
  })

  it('is not set up for an account that is not there', async () => {
    const { code, errors } = await setup('carol')
    expect(code).toBe(64)
    expect(errors).toContain('no such account')
  })
})

it('the helper says which accounts it would give', async () => {
  await world.revokeAll()
  await world.allowHelper('docker', { host: registry.host, account: 'ana' })
  expect(JSON.parse((await tools.run('docker-credential-latchkey', ['list'])).out)).toEqual({
    [registry.host]: 'ana'
  })
})
