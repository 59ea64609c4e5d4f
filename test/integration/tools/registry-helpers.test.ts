import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CliEnd } from '../../support/run-cli.ts'
import { ToolHome } from '../../support/tool-home.ts'
import { UseWorld } from '../../support/use-world.ts'

const CARGO = 'cio7dcQx8Rw24eC39HqLyjWDarjtT1zdp7d'
const ANA = 'pypi-AgEIcHlwaS5vcmc7dcQx8Rw24eC39HqLyjWDarjt'
const BOB = 'pypi-AgEIcHlwaS5vcmcjtT1zdp7dcQx8Rw24eC39HqLy'
const NPM = 'npm_7dcQx8Rw24eC39HqLyjWDarjtT1zdp7dcQx8'
const TERRAFORM = '7dcQx8Rw24eC39.atlasv1.HqLyjWDarjtT1zdp7dcQx8Rw24eC39'

let world: UseWorld
let tool: ToolHome
beforeAll(async () => {
  world = await UseWorld.start({
    keys: { CARGO_TOKEN: CARGO, ana: ANA, bob: BOB, npm: NPM, TFE_TOKEN: TERRAFORM },
    services: [],
    policy: 'services:\n  npm:\n    helpers: { pnpm: [registry.npmjs.org] }\n'
  })
  tool = new ToolHome(world.env)
})
afterAll(async () => {
  await world.end()
  tool.end()
})

const get = { v: 1, kind: 'get', operation: 'publish', registry: {}, args: [] }
const INDEX = 'sparse+https://index.crates.io/'

/** Each helper as its tool runs it. */
const helpers: Readonly<Record<string, () => Promise<CliEnd>>> = {
  cargo: () =>
    tool.run('cargo-credential-latchkey', ['--cargo-plugin'], {
      input: `${JSON.stringify({ ...get, registry: { 'index-url': INDEX } })}\n`
    }),
  pip: () => tool.run('latchkey-keyring', ['get', 'https://upload.pypi.org/legacy/', 'ana']),
  pnpm: () => tool.run('latchkey-pnpm', ['registry.npmjs.org']),
  terraform: () => tool.run('terraform-credentials-latchkey', ['get', 'app.terraform.io'])
}
const names = Object.keys(helpers)
const run = (name: string): Promise<CliEnd> => (helpers[name] ?? expect.unreachable)()

const given: Readonly<Record<string, string>> = {
  cargo: `{"v":[1]}\n{"Ok":{"kind":"get","token":"${CARGO}","cache":"session","operation_independent":true}}\n`,
  pip: `${ANA}\n`,
  pnpm: `Bearer ${NPM}\n`,
  terraform: `{"token":"${TERRAFORM}"}\n`
}

describe('at the registries that Latchkey knows', () => {
  beforeAll(async () => {
    await world.allowHelper('cargo', { host: 'index.crates.io' })
    await world.allowHelper('pip', { host: 'upload.pypi.org', account: 'ana' })
    await world.allowHelper('pnpm', { host: 'registry.npmjs.org' })
    await world.allowHelper('terraform', { host: 'app.terraform.io' })
  })

  it.each(names)('%s gets the value on standard output, and says nothing else', async (name) => {
    expect(await run(name)).toEqual({ code: 0, out: given[name], errors: '' })
  })

  it('of two accounts pip gets the one whose name it says, and no other without its own approval', async () => {
    const bob = await tool.run('latchkey-keyring', ['get', 'upload.pypi.org', 'bob'])
    expect(bob).toMatchObject({ code: 1, out: '' })
    expect(await world.answer('always')).toMatchObject({ account: 'bob', helper: 'pip' })
    expect(await tool.run('latchkey-keyring', ['get', 'upload.pypi.org', 'bob'])).toMatchObject({
      out: `${BOB}\n`
    })
    expect(await run('pip')).toMatchObject({ out: given['pip'] })
    const either = await tool.run('latchkey-keyring', ['get', 'upload.pypi.org', '__token__'])
    expect(either).toMatchObject({ code: 1, out: '' })
    expect(either.errors).toMatch(/^latchkey: Several/)
  })
})
