import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeProgram } from '../../support/programs.ts'
import { startNpmRegistry } from '../../support/registries.ts'
import { RegistryWorld } from '../../support/registry-world.ts'

const TOKEN = 'npm_7dcQx8Rw24eC39HqLyjWDarjtT1zdp7dcQx8'
const MINE = '; mine\n//other.example/:_authToken=${OTHER}\n'

/** Installs the pnpm of the lockfile in test/fixtures/pnpm; returns its program, which is not there without a registry. */
function installedPnpm(folder: string): string {
  cpSync('test/fixtures/pnpm', folder, { recursive: true })
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent']
  const env = { ...process.env, HOME: userInfo().homedir }
  try {
    execFileSync('npm', options, { cwd: folder, env, stdio: 'ignore', timeout: 120_000 })
  } catch {
    // It counts as missing.
  }
  return join(folder, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs')
}

const folder = mkdtempSync(join(tmpdir(), 'latchkey-pnpm-'))
const program = installedPnpm(folder)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describeProgram(
  'pnpm',
  'npm ci in test/fixtures/pnpm',
  () => {
    let world: RegistryWorld
    let config: string
    beforeAll(async () => {
      world = await RegistryWorld.start({
        program,
        helper: 'pnpm',
        registry: await startNpmRegistry(TOKEN),
        service: 'npm',
        key: ['NPM_TOKEN', TOKEN],
        env: ({ folder }) => ({
          XDG_CONFIG_HOME: join(folder, '.config'),
          XDG_CACHE_HOME: join(folder, '.cache')
        })
      })
      mkdirSync(join(world.tool.folder, '.config', 'pnpm'), { recursive: true })
      config = join(world.tool.folder, '.config', 'pnpm', 'auth.ini')
      writeFileSync(config, MINE)
      expect(await world.setup('pnpm')).toMatchObject({ code: 0, errors: '' })
    })
    afterAll(() => world.end())
    beforeEach(async () => {
      await world.vault.revokeAll()
      world.visits()
    })

    const version = async () =>
      await world.run('view', 'acme-lib', 'version', '--registry', `http://${world.registry.host}/`)

    it('gets no token until the person allows it, and the right one from then on', async () => {
      const refused = await version()
      expect(refused.code).toBe(1)
      expect(refused.out + refused.errors).toContain('as a token helper. Exit code 1')
      expect(await world.vault.answer('always')).toMatchObject({
        mode: 'helper',
        helper: 'pnpm',
        host: world.registry.host,
        service: 'npm'
      })
      world.visits()
      expect(await version()).toMatchObject({ code: 0, out: '1.2.3\n' })
      expect(world.visits()).toEqual([{ request: 'GET /acme-lib', isRight: true }])
    })

    it('is set up by a line and a file for its registry, which unsetup takes back', async () => {
      expect((await world.latchkey('unsetup', 'pnpm')).code).toBe(0)
      expect(readFileSync(config, 'utf8')).toBe(MINE)
      expect(readdirSync(join(world.tool.folder, '.local/share/latchkey-for-pnpm'))).toEqual([])
    })
  },
  () => existsSync(program)
)
