import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeProgram, hasVersion } from '../../support/programs.ts'
import { startPythonIndex } from '../../support/registries.ts'
import { RegistryWorld } from '../../support/registry-world.ts'

const TOKEN = 'pypi-AgEIcHlwaS5vcmc7dcQx8Rw24eC39HqLyjWDarjtT1zdp'

/** A program in a home of its own, whose PATH begins with the folder that the setup writes into. */
const pythonWorld = async (program: string): Promise<RegistryWorld> =>
  await RegistryWorld.start({
    program,
    helper: 'pip',
    registry: await startPythonIndex('__token__', TOKEN),
    service: 'pypi',
    key: ['PYPI_TOKEN', TOKEN],
    env: ({ folder }) => ({
      PATH: [
        join(folder, '.local/share/latchkey-for-pip'),
        join(folder, 'bin'),
        process.env['PATH'] ?? ''
      ].join(':'),
      PIP_NO_INPUT: '1',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_ROOT_USER_ACTION: 'ignore'
    })
  })

describeProgram(
  'pip',
  'apt-get install python3-pip, 23.1 or newer',
  () => {
    let world: RegistryWorld
    beforeAll(async () => {
      world = await pythonWorld('pip')
      expect(await world.setup('pip')).toMatchObject({ code: 0, errors: '' })
    })
    afterAll(() => world.end())
    beforeEach(async () => {
      await world.vault.revokeAll()
      world.visits()
    })

    const download = async () =>
      await world.run(
        'download',
        '--no-deps',
        '--no-cache-dir',
        '--index-url',
        `http://__token__@${world.registry.host}/simple/`,
        'acme-lib'
      )

    it('says what to do until the person allows it, and gets the token from then on', async () => {
      const refused = await download()
      expect(refused.code).toBe(1)
      expect(refused.errors).toContain(
        'latchkey: Allow it in Latchkey’s window or with “latchkey approvals”, then repeat.\n'
      )
      expect(refused.errors).toContain('401 Error, Credentials not correct')
      expect(await world.vault.answer('always')).toMatchObject({
        mode: 'helper',
        helper: 'pip',
        host: world.registry.host,
        service: 'pypi'
      })
      world.visits()
      const allowed = await download()
      // The index has no version of it.
      expect(allowed.errors).toContain('Could not find a version that satisfies the requirement acme-lib')
      expect(allowed.errors).not.toContain('401')
      // pip asks for a password only after the index has wanted one.
      expect(world.visits()).toEqual([
        { request: 'GET /simple/acme-lib/', isRight: false },
        { request: 'GET /simple/acme-lib/', isRight: true }
      ])
    })

    it('is set up by a line and a program in a folder of its own, which unsetup takes back', async () => {
      const home = world.tool.folder
      const { out } = await world.setup('pip')
      expect(out).toContain('Nothing has to be changed.')
      expect(out).toContain(`alias pip='PATH="${join(home, '.local/share/latchkey-for-pip')}:$PATH" pip'`)
      expect((await world.latchkey('unsetup', 'pip')).code).toBe(0)
      expect(existsSync(join(home, '.config/pip/pip.conf'))).toBe(false)
      expect(readdirSync(join(home, '.local/share/latchkey-for-pip'))).toEqual([])
    })
  },
  (name) => hasVersion(name, [23, 1])
)

describeProgram('uv', 'docs.astral.sh/uv; Debian 12 and npm do not have it', () => {
  it('gets the value from the program that pip is set up with', async () => {
    const world = await pythonWorld('uv')
    try {
      await world.setup('pip')
      await world.allow()
      const index = `http://__token__@${world.registry.host}/simple/`
      const options = ['--keyring-provider', 'subprocess', '--no-cache', '--index-url', index]
      writeFileSync(join(world.tool.folder, 'requirements.in'), 'acme-lib\n')
      await world.run('pip', 'compile', join(world.tool.folder, 'requirements.in'), ...options)
      // It has no version of the package, but let us in.
      expect(world.visits()).toContainEqual({ request: 'GET /simple/acme-lib/', isRight: true })
    } finally {
      await world.end()
    }
  })
})
