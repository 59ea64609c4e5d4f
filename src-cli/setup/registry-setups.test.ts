import { describe, expect, it } from 'vitest'
import { UsageError } from '../terminal/command.ts'
import { cargoSetup } from './cargo.ts'
import { pipSetup } from './pip.ts'
import { pnpmSetup } from './pnpm.ts'
import type { SetupOrder, SetupPlan, SetupWorld, ToolSetup } from './setup-plan.ts'
import { terraformSetup } from './terraform.ts'

type Files = Readonly<Record<string, string>>

/** A computer with these files; Latchkey is in `programs`, which is on no PATH. */
const worldOf = (
  files: Files,
  environment: Readonly<Record<string, string>> = {},
  programs = '/opt/latchkey/bin'
): SetupWorld => ({
  home: '/home/ana',
  environment,
  program: (name) => ({
    onPath: false,
    path: `${programs}/${name}.mjs`,
    found: `${programs}/${name}.mjs`
  }),
  read: (path) => files[path] ?? null
})

const place = (host: string) => ({ host, service: 'acme', account: 'work', user: '', isAllowed: false })
const orderOf = (former: unknown = null): SetupOrder => ({
  hosts: [],
  service: null,
  account: null,
  profile: null,
  context: null,
  user: null,
  former,
  vaultHome: '/home/ana/vault'
})
const plan = async (
  tool: ToolSetup,
  world: SetupWorld,
  hosts: readonly string[] = ['a.example'],
  former: unknown = null
) => await tool.plan(hosts.map(place), world, orderOf(former))
const undo = async (tool: ToolSetup, kept: unknown, files: Files) =>
  await tool.undo(kept, worldOf(files), orderOf(kept))

/** The files after a plan was applied. */
function applied(files: Files, { changes }: SetupPlan): Files {
  const rest = Object.entries(files).filter(([path]) => !changes.some((change) => change.path === path))
  const fresh = changes.flatMap(({ path, after }): [string, string][] =>
    after === null ? [] : [[path, after]]
  )
  return Object.fromEntries([...rest, ...fresh])
}

const program = (name: string, more = ''): string =>
  `#!/bin/sh\nexec '/opt/latchkey/bin/${name}.mjs'${more} "$@"\n`

const cargo = '/home/ana/.cargo/config.toml'
const terraform = '/home/ana/.terraformrc'
const plugin = '/home/ana/.terraform.d/plugins/terraform-credentials-latchkey'
const pip = '/home/ana/.config/pip/pip.conf'
const keyring = '/home/ana/.local/share/latchkey-for-pip/keyring'
const pnpm = '/home/ana/.config/pnpm/auth.ini'
const ofHost = '/home/ana/.local/share/latchkey-for-pnpm/a.example_8443'

describe.each<[string, ToolSetup, readonly string[], Files]>([
  [
    'cargo',
    cargoSetup,
    ['index.crates.io'],
    {
      [cargo]:
        '[registry]\nglobal-credential-providers = ["cargo:token", "/opt/latchkey/bin/cargo-credential-latchkey.mjs"]\n'
    }
  ],
  [
    'terraform',
    terraformSetup,
    ['app.terraform.io'],
    {
      [terraform]: 'credentials_helper "latchkey" {}\n',
      [plugin]: program('terraform-credentials-latchkey')
    }
  ],
  [
    'pip',
    pipSetup,
    ['pypi.example'],
    { [pip]: '[global]\nkeyring-provider = subprocess\n', [keyring]: program('latchkey-keyring') }
  ],
  [
    'pnpm',
    pnpmSetup,
    ['a.example:8443'],
    {
      [pnpm]: `//a.example:8443/:tokenHelper=${ofHost}\n`,
      [ofHost]: program('latchkey-pnpm', " 'a.example:8443'")
    }
  ]
])('the setup of %s', (_name, tool, hosts, files) => {
  it('writes these files where there are none, changes nothing the second time, and leaves none behind', async () => {
    const done = await plan(tool, worldOf({}), hosts)
    expect(applied({}, done)).toEqual(files)
    expect(applied(files, await plan(tool, worldOf(files), hosts))).toEqual(files)
    expect(applied(files, await undo(tool, done.kept, files))).toEqual({})
    expect(applied({}, await undo(tool, null, {}))).toEqual({})
  })

  it('makes its program one that can be run, and nothing else', async () => {
    const { changes } = await plan(tool, worldOf({}), hosts)
    for (const { after, runnable = false } of changes) expect(runnable).toBe(after?.startsWith('#!') === true)
  })
})

it.each<[string, ToolSetup, Files, RegExp]>([
  ['cargo', cargoSetup, { [cargo]: '[registry]\nglobal-credential-providers = []\n' }, /Add "\/opt/],
  [
    'terraform',
    terraformSetup,
    { [terraform]: 'credentials_helper "corp" {}\n' },
    /another credentials helper/
  ],
  ['terraform', terraformSetup, { [plugin]: 'a program\n' }, /another program/],
  ['pip', pipSetup, { [pip]: '[global]\nkeyring-provider = import\n' }, /another keyring-provider/],
  ['pip', pipSetup, { [keyring]: '#!/usr/bin/python3\n' }, /another program/]
])('%s keeps what is there of another program, and says so', async (_name, tool, files, sentence) => {
  const failed = await plan(tool, worldOf(files)).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(UsageError)
  expect((failed as UsageError).message).toMatch(sentence)
  // Nor does taking it back touch it.
  expect(applied(files, await undo(tool, null, files))).toEqual(files)
})

it('pnpm keeps the file of another program for one registry, and sets up the others', async () => {
  const before = '//a.example/:tokenHelper=/corp/token\n'
  const files = { [pnpm]: before }
  const done = await plan(pnpmSetup, worldOf(files), ['a.example', 'b.example'])
  expect(done.notes[0]).toContain('names another file for the token of a.example, which stays')
  expect(done.kept).toEqual({ hosts: ['b.example'] })
  const after = applied(files, done)
  expect(after[pnpm]).toMatch(/^\/\/a\.example\/:tokenHelper=\/corp\/token\n\/\/b\.example\/:tokenHelper=/)
  expect(applied(after, await undo(pnpmSetup, done.kept, after))).toEqual(files)
})

it('pnpm takes back what several setups wrote, each for a registry', async () => {
  const one = await plan(pnpmSetup, worldOf({}), ['a.example'])
  const first = applied({}, one)
  const other = await plan(pnpmSetup, worldOf(first), ['b.example'], one.kept)
  const both = applied(first, other)
  expect(Object.keys(both)).toHaveLength(3)
  expect(applied(both, await undo(pnpmSetup, other.kept, both))).toEqual({})
})

it.each<[string, ToolSetup, Files, string]>([
  [
    'cargo',
    cargoSetup,
    { '/home/ana/.cargo/credentials.toml': '[registry]\ntoken = "x"\n' },
    'credentials.toml'
  ],
  ['terraform', terraformSetup, { [terraform]: 'credentials "a.example" {\n}\n' }, 'a token of a.example'],
  ['pnpm', pnpmSetup, { [pnpm]: '//a.example/:_authToken=x\n' }, 'a token of a.example']
])('%s is told where a token is in the clear', async (_name, tool, files, words) => {
  expect((await plan(tool, worldOf(files))).notes.join('\n')).toContain(words)
})

it('the folders that variables name are used', async () => {
  const environment = {
    CARGO_HOME: '/c',
    TF_CLI_CONFIG_FILE: '/t/rc',
    XDG_CONFIG_HOME: '/x',
    XDG_DATA_HOME: '/d'
  }
  const paths = async (tool: ToolSetup) =>
    (await plan(tool, worldOf({}, environment))).changes.map(({ path }) => path)
  expect(await paths(cargoSetup)).toEqual(['/c/config.toml'])
  expect(await paths(terraformSetup)).toEqual(['/t/rc', plugin])
  expect(await paths(pipSetup)).toEqual(['/x/pip/pip.conf', '/d/latchkey-for-pip/keyring'])
  expect(await paths(pnpmSetup)).toEqual(['/x/pnpm/auth.ini', '/d/latchkey-for-pnpm/a.example'])
})

it('an older file of cargo or pip is the one that is changed where it alone is there', async () => {
  const older = { '/home/ana/.cargo/config': '', '/home/ana/.pip/pip.conf': '' }
  expect((await plan(cargoSetup, worldOf(older))).changes[0]?.path).toBe('/home/ana/.cargo/config')
  expect((await plan(pipSetup, worldOf(older))).changes[0]?.path).toBe('/home/ana/.pip/pip.conf')
})

it('a folder that cargo or pnpm can not take is refused in a sentence', async () => {
  const spaced = worldOf({}, { XDG_DATA_HOME: '/my data' }, '/my programs')
  await expect(plan(cargoSetup, spaced)).rejects.toThrow('cargo takes no program in a folder with a space')
  await expect(plan(pnpmSetup, spaced)).rejects.toThrow('pnpm takes no file in a folder with a space')
})
