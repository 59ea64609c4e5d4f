import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { authority } from '../broker/sender-world.ts'
import { describeProgram } from '../../support/programs.ts'
import { startTerraformServer } from '../../support/registries.ts'
import { RegistryWorld } from '../../support/registry-world.ts'

const TOKEN = '7dcQx8Rw24eC39.atlasv1.HqLyjWDarjtT1zdp7dcQx8Rw24eC39HqLyjWDarjtT1zdp'
const MINE = '# mine\ndisable_checkpoint = true\n'

describeProgram('terraform', 'developer.hashicorp.com/terraform/install', () => {
  let world: RegistryWorld
  let project: string
  beforeAll(async () => {
    world = await RegistryWorld.start({
      program: 'terraform',
      helper: 'terraform',
      registry: await startTerraformServer(TOKEN, authority.issue({ name: 'localhost' })),
      service: 'terraform',
      key: ['TFE_TOKEN', TOKEN],
      env: ({ folder }) => ({
        SSL_CERT_FILE: join(folder, 'ca.pem'),
        CHECKPOINT_DISABLE: '1',
        TF_IN_AUTOMATION: '1'
      })
    })
    const home = world.tool.folder
    project = join(home, 'project')
    mkdirSync(project)
    writeFileSync(join(home, 'ca.pem'), authority.cert)
    writeFileSync(join(home, '.terraformrc'), MINE)
    expect(await world.setup('terraform')).toMatchObject({ code: 0, errors: '' })
    const backend = `hostname = "${world.registry.host}"\n organization = "acme"\n workspaces {\n name = "prod"\n }`
    writeFileSync(join(project, 'main.tf'), `terraform {\n backend "remote" {\n ${backend}\n }\n}\n`)
  })
  afterAll(() => world.end())
  beforeEach(async () => {
    await world.vault.revokeAll()
    rmSync(join(project, '.terraform'), { recursive: true, force: true })
    world.visits()
  })

  const init = async () => await world.run(`-chdir=${project}`, 'init', '-no-color')

  it('finds no token until the person allows it, and gets it from then on', async () => {
    const refused = await init()
    expect(refused.code).toBe(1)
    expect(refused.errors).toContain('Required token could not be found')
    expect(await world.vault.answer('always')).toMatchObject({
      mode: 'helper',
      helper: 'terraform',
      host: world.registry.host,
      service: 'terraform'
    })
    expect(await init()).toMatchObject({ code: 0 })
    const right = world.visits().filter(({ isRight }) => isRight)
    expect(right.map(({ request }) => request)).toContain('GET /api/v2/organizations/acme/workspaces/prod')
  })

  it('has its logout refused with a sentence, and the token stays', async () => {
    await world.allow()
    const logout = await world.run('logout', '-no-color', world.registry.host)
    expect(logout.code).toBe(1)
    expect(logout.errors.replaceAll(/\s+/g, ' ')).toContain(
      'Latchkey keeps this token. To delete it, type “latchkey sign-out terraform TFE_TOKEN”.'
    )
    expect(await init()).toMatchObject({ code: 0 })
  })

  it('logs out of a host that Latchkey knows nothing of', async () => {
    await world.allow()
    expect(await world.run('logout', '-no-color', 'tfe.example.com')).toMatchObject({ code: 0 })
  })

  it('is set up by a line and a program, which unsetup takes back', async () => {
    expect((await world.latchkey('unsetup', 'terraform')).code).toBe(0)
    const home = world.tool.folder
    expect(readFileSync(join(home, '.terraformrc'), 'utf8')).toBe(MINE)
    expect(readdirSync(join(home, '.terraform.d', 'plugins'))).toEqual([])
    const { out } = await world.latchkey('setup', 'terraform', '--dry-run')
    expect(out).toContain('~/.terraformrc\n+ credentials_helper "latchkey" {}\n')
    expect(readFileSync(join(home, '.terraformrc'), 'utf8')).toBe(MINE)
  })

  it('is told where a token is in the clear, and that Terraform takes it first', async () => {
    const login = join(world.tool.folder, '.terraform.d', 'credentials.tfrc.json')
    writeFileSync(login, JSON.stringify({ credentials: { [world.registry.host]: { token: 'x' } } }))
    const { out } = await world.latchkey('setup', 'terraform', '--dry-run')
    expect(out).toContain(
      `Note: ~/.terraform.d/credentials.tfrc.json holds a token of ${world.registry.host}`
    )
    rmSync(login)
  })
})
