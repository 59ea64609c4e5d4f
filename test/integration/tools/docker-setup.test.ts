import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ContainerRegistry, startContainerRegistry } from '../../support/container-registry.ts'
import { describeProgram } from '../../support/programs.ts'
import { ToolHome } from '../../support/tool-home.ts'
import { UseWorld } from '../../support/use-world.ts'

const TOKEN = `ghp_${'s3tup'.repeat(7)}`
const TYPED = 'typed-by-a-person'

let registry: ContainerRegistry
let world: UseWorld
let tools: ToolHome

beforeAll(async () => {
  registry = await startContainerRegistry(TYPED)
  world = await UseWorld.start({ keys: { GITHUB_TOKEN: TOKEN }, services: [] })
  tools = new ToolHome(world.env)
})
afterAll(async () => {
  await world.end()
  tools.end()
  registry.close()
})

const configFile = (): string => join(tools.folder, '.docker', 'config.json')
const policyFile = (): string => join(world.home, 'policy.yaml')
const inspect = async () =>
  await tools.run('docker', ['manifest', 'inspect', '--insecure', `${registry.host}/acme/app:latest`])

describeProgram('docker', 'apt-get install docker-cli', () => {
  it('is set up for a registry, gets its login from Latchkey, and is as before when that is taken back', async () => {
    // A person has logged in without Latchkey, so the login is in the file.
    mkdirSync(join(tools.folder, '.docker'), { recursive: true })
    const typed = await tools.run('docker', ['login', '-u', 'ana', '--password-stdin', registry.host], {
      input: TYPED
    })
    expect(typed.code).toBe(0)
    const [config, policy] = [configFile(), policyFile()].map((path) => readFileSync(path, 'utf8'))
    expect(config).toContain('"auth"')

    const setup = ['setup', 'docker', '--host', registry.host, '--service', 'github-token']
    const shown = await tools.run('latchkey', [...setup, '--dry-run'])
    expect(shown).toMatchObject({ code: 0, errors: '' })
    expect(shown.out).toContain(`credHelpers: ${registry.host}: latchkey`)
    expect(shown.out).toContain(`“docker logout ${registry.host}”`)
    expect(shown.out).not.toContain(Buffer.from(`ana:${TYPED}`).toString('base64'))
    expect(readFileSync(configFile(), 'utf8')).toBe(config)
    expect(readFileSync(policyFile(), 'utf8')).toBe(policy)

    expect(await tools.run('latchkey', setup)).toMatchObject({ code: 0, errors: '' })
    registry.password = TOKEN
    expect(await world.answer('always')).toMatchObject({ helper: 'docker', host: registry.host })
    expect(await inspect()).toMatchObject({ code: 0 })
    expect(registry.logins.at(-1)).toEqual(['GITHUB_TOKEN', TOKEN])

    expect(await tools.run('latchkey', ['unsetup', 'docker'])).toMatchObject({ code: 0, errors: '' })
    expect(readFileSync(configFile(), 'utf8')).toBe(config)
    expect(readFileSync(policyFile(), 'utf8')).toBe(policy)
    expect(await tools.run('latchkey', ['unsetup', 'docker'])).toMatchObject({
      code: 0,
      out: 'Nothing has to be changed.\n'
    })
  })

  it('takes the login that lay in its file out of it at a logout, once it is set up', async () => {
    expect(readFileSync(configFile(), 'utf8')).toContain('"auth"')
    await tools.run('latchkey', ['setup', 'docker', '--host', registry.host, '--service', 'github-token'])
    expect((await tools.run('docker', ['logout', registry.host])).code).toBe(0)
    expect(readFileSync(configFile(), 'utf8')).not.toContain('"auth"')
    expect((await inspect()).code).toBe(0)
  })
})

it('a registry that Latchkey has nothing for is not set up without a service', async () => {
  const other = new ToolHome(world.env)
  const { code, errors } = await other.run('latchkey', ['setup', 'docker', '--host', 'registry.example'])
  expect(code).toBe(64)
  expect(errors).toContain('--service SERVICE')
  expect(existsSync(join(other.folder, '.docker'))).toBe(false)
  other.end()
})

it('every registry that Latchkey has something for is set up where none is named', async () => {
  const other = new ToolHome(world.env)
  writeFileSync(policyFile(), 'version: 1\n', { mode: 0o600 })
  expect(await other.run('latchkey', ['setup', 'docker'])).toMatchObject({ code: 0, errors: '' })
  const config = readFileSync(join(other.folder, '.docker', 'config.json'), 'utf8')
  expect(JSON.parse(config)).toEqual({ credHelpers: { 'ghcr.io': 'latchkey' } })
  other.end()
})
