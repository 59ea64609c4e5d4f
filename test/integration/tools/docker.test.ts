import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createScanner } from '../../support/canary-scan.ts'
import { OPEN, startContainerRegistry, type ContainerRegistry } from '../../support/container-registry.ts'
import { describeProgram } from '../../support/programs.ts'
import type { CliEnd } from '../../support/run-cli.ts'
import { ToolHome } from '../../support/tool-home.ts'
import { UseWorld } from '../../support/use-world.ts'

const TOKEN = `ghp_${'d0ck3r'.repeat(6)}`
const bus = { DBUS_SESSION_BUS_ADDRESS: process.env['DBUS_SESSION_BUS_ADDRESS'] ?? '' }
const NOT_FOUND = 'credentials not found in native keychain'

/** Latchkey has a key for the first, and nothing for the second; the helper is asked for both. */
let registry: ContainerRegistry
let stranger: ContainerRegistry
let world: UseWorld
let tools: ToolHome

beforeAll(async () => {
  registry = await startContainerRegistry(TOKEN)
  stranger = await startContainerRegistry('another')
  world = await UseWorld.start({
    keys: { GITHUB_TOKEN: TOKEN },
    services: [],
    env: { LATCHKEY_STORE: 'auto' }, // a keychain, from which everything can be moved under a passphrase
    policy: `services:\n  github-token:\n    helpers:\n      docker: [${registry.host}]\n`
  })
  tools = new ToolHome({ ...world.env, ...bus })
})
afterAll(async () => {
  await world.end()
  tools.end()
  registry.close()
  stranger.close()
})
beforeEach(() => {
  for (const each of [registry, stranger]) {
    each.logins.length = 0
    each.anonymous = 0
  }
  configure({ [registry.host]: 'latchkey', [stranger.host]: 'latchkey' })
})

const configFile = (): string => join(tools.folder, '.docker', 'config.json')

function configure(credHelpers: Readonly<Record<string, string>>): void {
  mkdirSync(join(tools.folder, '.docker'), { recursive: true })
  writeFileSync(configFile(), JSON.stringify({ credHelpers }))
}

const inspect = async (host: string, repository = 'acme/app') =>
  await tools.run('docker', ['manifest', 'inspect', '--insecure', `${host}/${repository}:latest`])
const skopeo = async (host: string, repository = 'acme/app') =>
  await tools.run('skopeo', ['inspect', '--tls-verify=false', `docker://${host}/${repository}:latest`])
const helper = async (action: string, input = '') =>
  await tools.run('docker-credential-latchkey', [action], { input })

/** What a program says before the person has allowed it, who then does. */
async function refusedThenAllowed(asks: () => Promise<CliEnd>): Promise<void> {
  await world.revokeAll()
  const { code, out, errors } = await asks()
  expect(code).not.toBe(0)
  expect(out + errors).toContain('latchkey approvals')
  expect(out + errors).not.toContain(TOKEN)
  expect(registry.logins).toEqual([])
  expect(await helper('list')).toMatchObject({ code: 0, out: '{}\n' })
  expect(await world.answer('always')).toMatchObject({ helper: 'docker', host: registry.host })
}

describeProgram('docker', 'apt-get install docker-cli', () => {
  it('says what to do before the person has allowed it, and nothing is listed that would be asked about', async () => {
    await refusedThenAllowed(() => inspect(registry.host))
  })

  it('gets the login of the registry, and the manifest for it', async () => {
    const { code, out, errors } = await inspect(registry.host)
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 2 })
    expect(registry.logins).toEqual([['GITHUB_TOKEN', TOKEN]])
  })

  it('asks a registry that Latchkey has nothing for without a login', async () => {
    expect(await helper('get', stranger.host)).toMatchObject({ code: 1, out: `${NOT_FOUND}\n` })
    expect((await inspect(stranger.host, OPEN)).code).toBe(0)
    expect(stranger.logins).toEqual([])
    expect(stranger.anonymous).toBeGreaterThan(0)
  })

  it('logs in with the value that Latchkey gave, and writes none of it', async () => {
    const { code, out } = await tools.run('docker', login(registry.host), { input: TOKEN })
    expect(code).toBe(0)
    expect(out).toContain('Login Succeeded')
    expect(readFileSync(configFile(), 'utf8')).not.toMatch(/ghp_|auth"/)
  })

  it('is told that no other login is kept, and writes none of it', async () => {
    registry.password = 'typed-by-a-person'
    const { code, errors } = await tools.run('docker', login(registry.host), { input: 'typed-by-a-person' })
    registry.password = TOKEN
    expect(code).toBe(1)
    expect(errors).toContain('latchkey key save')
    const config = readFileSync(configFile(), 'utf8')
    expect(config).not.toContain('auth"')
    expect((await inspect(registry.host)).code).toBe(0)
    expect(registry.logins.at(-1)).toEqual(['GITHUB_TOKEN', TOKEN])
  })

  it('logs out as often as it likes, and the credential stays', async () => {
    for (const host of [registry.host, registry.host, stranger.host]) {
      expect((await tools.run('docker', ['logout', host])).code).toBe(0)
      configure({ [registry.host]: 'latchkey', [stranger.host]: 'latchkey' })
    }
    for (const server of ['', 'http://', 'https://'].map((scheme) => `${scheme}${registry.host}`)) {
      expect(await helper('erase', server)).toEqual({ code: 0, out: '', errors: '' })
    }
    expect((await inspect(registry.host)).code).toBe(0)
    expect(registry.logins).toHaveLength(1)
  })

  it('lists the registry with its user', async () => {
    expect(JSON.parse((await helper('list')).out)).toEqual({ [registry.host]: 'GITHUB_TOKEN' })
  })

  it('is noted in the log with the registry, and with no value', async () => {
    const { out } = await world.latchkey(['audit', '--json', 'all'])
    expect(out).not.toContain(TOKEN)
    const rows = JSON.parse(out) as readonly { readonly action: string; readonly host: string }[]
    expect(rows[0]).toMatchObject({ action: 'helper', host: registry.host, kind: 'outcome' })
  })
})

describeProgram('podman', 'apt-get install podman', () => {
  beforeAll(async () => {
    await world.revokeAll()
    await world.allowHelper('docker', { host: registry.host })
  })

  it('gets the login by the file of docker', async () => {
    const end = await tools.run('podman', [
      'search',
      '--tls-verify=false',
      '--list-tags',
      `${registry.host}/acme/app`
    ])
    expect(end.code).toBe(0)
    expect(end.out).toContain('latest')
    expect(registry.logins.at(-1)).toEqual(['GITHUB_TOKEN', TOKEN])
  })
})

describeProgram('skopeo', 'apt-get install skopeo', () => {
  it('quotes what to do before the person has allowed it', async () => {
    await refusedThenAllowed(() => skopeo(registry.host))
  })

  it('gets the login of a known registry, and asks an unknown one without', async () => {
    expect(await skopeo(registry.host)).toMatchObject({ code: 0, errors: '' })
    expect(registry.logins).not.toEqual([])
    expect(registry.logins.every(([, password]) => password === TOKEN)).toBe(true)
    expect((await skopeo(stranger.host, OPEN)).code).toBe(0)
    expect(stranger.logins).toEqual([])
  })

  it('starts a vault where none runs', async () => {
    await world.endVault()
    expect((await skopeo(registry.host)).code).toBe(0)
    expect(registry.logins.at(-1)).toEqual(['GITHUB_TOKEN', TOKEN])
  })

  it('quotes that Latchkey is locked', async () => {
    const moved = await world.latchkey(['move', '--to', 'encrypted-file'], 'correct horse battery\n')
    expect(moved).toMatchObject({ code: 0 })
    await world.endVault()
    const { code, errors } = await skopeo(registry.host)
    expect(code).not.toBe(0)
    expect(errors).toContain('locked')
    expect((await inspect(registry.host)).errors).toContain('locked')
    expect(registry.logins).toEqual([])
    expect(await helper('list')).toMatchObject({ code: 0, out: '{}\n' })
  })
})

const login = (host: string): readonly string[] => ['login', '-u', 'ana', '--password-stdin', host]

it('no file in the home of these programs has the value in any form', () => {
  const scan = createScanner([{ kind: 'api-key', value: TOKEN }])
  const entries = readdirSync(tools.folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files).toContain(configFile())
  expect(files.filter((file) => scan(readFileSync(file)).length > 0)).toEqual([])
})
