import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeProgram, hasVersion } from '../../support/programs.ts'
import { type Registry, startCargoRegistry } from '../../support/registries.ts'
import { RegistryWorld } from '../../support/registry-world.ts'

const TOKEN = 'cio7dcQx8Rw24eC39HqLyjWDarjtT1zdp7d'
const FOREIGN = 'cioW24eC39HqLyjWDarjtT1zdp7d7dcQx8R'

describeProgram(
  'cargo',
  'rustup.rs, 1.74 or newer',
  () => {
    let world: RegistryWorld
    let foreign: Registry
    let config: string
    let mine: string
    beforeAll(async () => {
      world = await RegistryWorld.start({
        program: 'cargo',
        helper: 'cargo',
        registry: await startCargoRegistry(TOKEN),
        service: 'crates-io',
        key: ['CARGO_REGISTRY_TOKEN', TOKEN],
        env: ({ folder }) => ({
          CARGO_HOME: join(folder, '.cargo'),
          RUSTUP_HOME: process.env['RUSTUP_HOME'] ?? join(userInfo().homedir, '.rustup')
        })
      })
      foreign = await startCargoRegistry(FOREIGN)
      mkdirSync(join(world.tool.folder, '.cargo'))
      mine = [
        '# mine',
        '[registries.acme]',
        `index = "sparse+http://${world.registry.host}/index/"`,
        '[registries.foreign]',
        `index = "sparse+http://${foreign.host}/index/"`,
        ''
      ].join('\n')
      config = join(world.tool.folder, '.cargo', 'config.toml')
      writeFileSync(config, mine)
      expect(await world.setup('cargo')).toMatchObject({ code: 0, errors: '' })
    })
    afterAll(async () => {
      await world.end()
      foreign.close()
    })
    beforeEach(async () => {
      await world.vault.revokeAll()
      world.visits()
    })

    const owners = async () => await world.run('owner', '--list', 'acme', '--registry', 'acme')

    it('says what to do until the person allows it, and gets the token from then on', async () => {
      const refused = await owners()
      expect(refused.code).toBe(101)
      expect(refused.errors).toContain(
        'Allow it in Latchkey’s window or with “latchkey approvals”, then repeat.'
      )
      expect(await world.vault.answer('always')).toMatchObject({
        mode: 'helper',
        helper: 'cargo',
        host: world.registry.host,
        service: 'crates-io'
      })
      expect(await owners()).toMatchObject({ code: 0, out: 'ada (Ada)\n' })
      expect(
        world
          .visits()
          .filter(({ isRight }) => isRight)
          .map(({ request }) => request)
      ).toEqual(['GET /index/config.json', 'GET /api/v1/crates/acme/owners'])
    })

    it('has its login and logout refused with a sentence, and the token stays', async () => {
      await world.allow()
      const logout = await world.run('logout', '--registry', 'acme')
      expect(logout.code).toBe(101)
      expect(logout.errors).toContain(
        'Latchkey keeps this token. To delete it, type “latchkey sign-out crates-io CARGO_REGISTRY_TOKEN”.'
      )
      const login = await world.run('login', '--registry', 'acme', 'typed-by-hand')
      expect(login.code).toBe(101)
      expect(login.errors).toContain('Latchkey takes no token from cargo. Add the key in Latchkey.')
      expect(await owners()).toMatchObject({ code: 0 })
    })

    it('gets the token also where no vault runs', async () => {
      await world.allow()
      await world.vault.endVault()
      expect(await owners()).toMatchObject({ code: 0, out: 'ada (Ada)\n' })
    })

    it('asks its own provider for a registry that Latchkey knows nothing of', async () => {
      await world.allow()
      const foreignOwners = ['owner', '--list', 'acme', '--registry', 'foreign']
      expect(await world.run(...foreignOwners)).toMatchObject({ code: 101 })
      expect(await world.run('login', '--registry', 'foreign', FOREIGN)).toMatchObject({ code: 0 })
      expect(await world.run(...foreignOwners)).toMatchObject({ code: 0, out: 'ada (Ada)\n' })
      const logout = await world.run('logout', '--registry', 'foreign')
      expect(logout.code).toBe(0)
      expect(logout.errors).toContain('has been removed from local storage')
      expect(await world.run(...foreignOwners)).toMatchObject({ code: 101 })
    })

    it('is set up by one line, which unsetup takes back to the byte', async () => {
      expect((await world.latchkey('unsetup', 'cargo')).out).toBe(
        '~/.cargo/config.toml\n- \n- [registry]\n- global-credential-providers = ["cargo:token", "cargo-credential-latchkey"]\n'
      )
      expect(readFileSync(config, 'utf8')).toBe(mine)
      const own = `${mine}[registry]\nglobal-credential-providers = ["cargo:libsecret"]\n`
      writeFileSync(config, own)
      expect(await world.setup('cargo')).toMatchObject({
        code: 64,
        errors: expect.stringContaining('names your own providers') as string
      })
      expect(readFileSync(config, 'utf8')).toBe(own)
    })
  },
  (name) => hasVersion(name, [1, 74])
)
