import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DoctorReport, DoctorRow } from '#shared/doctor.ts'
import { setupTools } from '../../../src-cli/setup/setup-table.ts'
import { ToolHome } from '../../support/tool-home.ts'
import { UseWorld } from '../../support/use-world.ts'

const HOST = 'tool.acme.example'
const TOKEN = `ghp_${'d0c7'.repeat(9)}`
/** What is in a file of a tool before it is set up. */
const OLD = 'c2VjcmV0LW9mLWEtcGVyc29u'

type Row = {
  /** Its file, below the home. */
  readonly file: string
  readonly before?: string
  readonly args?: readonly string[]
  /** Latchkey's program that the tool starts. */
  readonly program: string
}

const kubeconfig = {
  clusters: [{ name: 'c', cluster: { server: `https://${HOST}` } }],
  contexts: [{ name: 'home', context: { cluster: 'c', user: 'admin' } }],
  users: [
    { name: 'admin', user: {} },
    { name: 'other', user: { token: OLD } }
  ],
  'current-context': 'home'
}

const rows: Readonly<Record<string, Row>> = {
  aws: {
    file: '.aws/config',
    before: `[default]\naws_secret_access_key = ${OLD}\nrole_arn = arn:aws:iam::123456789012:role/deploy\n`,
    args: ['--account', 'work'],
    program: 'latchkey-aws'
  },
  cargo: { file: '.cargo/config.toml', program: 'cargo-credential-latchkey' },
  docker: {
    file: '.docker/config.json',
    before: JSON.stringify({ auths: { 'other.example': { auth: OLD } } }),
    program: 'docker-credential-latchkey'
  },
  git: { file: '.gitconfig', program: 'git-credential-latchkey' },
  kubectl: {
    file: '.kube/config',
    before: JSON.stringify(kubeconfig),
    args: ['--service', 'github-token'],
    program: 'latchkey-kubectl'
  },
  pip: { file: '.config/pip/pip.conf', program: 'latchkey-keyring' },
  pnpm: {
    file: '.config/pnpm/auth.ini',
    before: `//other.example/:_authToken=${OLD}\n`,
    program: 'latchkey-pnpm'
  },
  terraform: { file: '.terraformrc', program: 'terraform-credentials-latchkey' }
}

let world: UseWorld
let tool: ToolHome
beforeAll(async () => {
  const helpers = setupTools.filter((name) => name !== 'aws').map((name) => `${name}: [${HOST}]`)
  const policy = `services:\n  github-token:\n    helpers: { ${helpers.join(', ')} }\n`
  world = await UseWorld.start({ keys: { work: TOKEN }, services: [], policy })
  const pair = ['aws', 'add', '--account', 'work', '--key-id', 'AKIAWORKXXXXXXXXXXXX']
  expect(await world.latchkey(pair, `${TOKEN}\n`)).toMatchObject({ code: 0 })
  tool = new ToolHome(world.env)
})
afterAll(async () => {
  await world.end()
  tool.end()
})

async function toolsRow(): Promise<Pick<DoctorRow, 'fact' | 'state'>> {
  const { out } = await tool.run('latchkey', ['doctor', '--json', 'rows'])
  const { rows } = JSON.parse(out) as Pick<DoctorReport, 'rows'>
  const { fact, state } = rows.find(({ id }) => id === 'tools') as DoctorRow
  return { fact, state }
}

it('every tool that can be set up has its row', () => {
  expect(Object.keys(rows).toSorted()).toEqual([...setupTools].toSorted())
})

it.each(Object.entries(rows))(
  '%s: the doctor says if its file was changed or its program is gone',
  async (name, { args = [], before, file, program }) => {
    const path = join(tool.folder, file)
    mkdirSync(dirname(path), { recursive: true })
    if (before !== undefined) writeFileSync(path, before)
    const setup = async () => await tool.run('latchkey', ['setup', name, '--no-prompt', ...args])
    const done = await setup()
    expect(done).toMatchObject({ code: 0, errors: '' })
    const note = readFileSync(join(world.home, 'setup', `${name}.json`), 'utf8')
    expect(done.out + note).not.toContain(OLD)
    expect(await toolsRow()).toEqual({ state: 'ok', fact: name })

    const link = join(tool.folder, 'bin', program)
    renameSync(link, `${link}.gone`)
    expect(await toolsRow()).toEqual({
      state: 'warning',
      fact: `the program of Latchkey is gone that it starts: ${name}: ${link}`
    })
    renameSync(`${link}.gone`, link)

    const written = readFileSync(path, 'utf8')
    if (before === undefined) rmSync(path)
    else writeFileSync(path, before)
    expect(await toolsRow()).toEqual({
      state: 'warning',
      fact: `changed since the setup: ${name} in ${path}`
    })
    writeFileSync(path, written)
    expect(await toolsRow()).toEqual({ state: 'ok', fact: name })
    const undone = await tool.run('latchkey', ['unsetup', name])
    expect(undone).toMatchObject({ code: 0, errors: '' })
    expect(undone.out).not.toContain(OLD)
    expect(await toolsRow()).toEqual({ state: 'ok', fact: 'none' })
  }
)

type Beside = {
  readonly file: string
  readonly text: string
  /** True: it is written before the setup. */
  readonly isFirst?: true
  readonly says: string
}

/** By tool: a file that holds or gives the value beside Latchkey, and what the doctor says. */
const beside: Readonly<Record<string, Beside>> = {
  cargo: {
    file: '.cargo/credentials.toml',
    text: `[registry]\ntoken = "${OLD}"\n`,
    says: 'credentials.toml holds tokens in plain text. Remove those that Latchkey has.'
  },
  docker: {
    file: '.config/containers/auth.json',
    text: JSON.stringify({ auths: { [HOST]: { auth: OLD } } }),
    says: `podman takes the login for ${HOST}`
  },
  git: {
    file: '.gitconfig',
    text: `[credential "https://${HOST}"]\n\thelper = \n\thelper = latchkey\n\thelper = store\n`,
    says: `The helper “store” is asked for ${HOST}, too`
  },
  kubectl: {
    file: '.kube/config',
    text: JSON.stringify({ ...kubeconfig, users: [{ name: 'admin', user: { token: OLD } }] }),
    isFirst: true,
    says: 'The user admin in ~/.kube/config still holds a secret of its own.'
  },
  pip: {
    file: '.config/pip/pip.conf',
    text: `[global]\nkeyring-provider = subprocess\nindex-url = https://ana:${OLD}@${HOST}/simple/\n`,
    says: 'holds a password in the address of an index, and pip takes it first.'
  },
  pnpm: {
    file: '.config/pnpm/auth.ini',
    text: `//${HOST}/:_authToken=${OLD}\n`,
    says: `holds a token of ${HOST} in plain text. Remove it.`
  },
  terraform: {
    file: '.terraform.d/credentials.tfrc.json',
    text: JSON.stringify({ credentials: { [HOST]: { token: OLD } } }),
    says: `holds a token of ${HOST} in plain text, and Terraform uses it first.`
  }
}

it.each(Object.entries(rows))('%s: the doctor says what else holds or gets the value', async (name, row) => {
  const found = beside[name]
  // The pairs of AWS have a row of their own.
  if (found === undefined) return expect(name).toBe('aws')
  const own = join(tool.folder, row.file)
  rmSync(own, { force: true })
  const { file, isFirst = false, says, text } = found
  const write = (): void => {
    mkdirSync(dirname(join(tool.folder, file)), { recursive: true })
    writeFileSync(join(tool.folder, file), text)
  }
  if (isFirst) write()
  const setup = await tool.run('latchkey', ['setup', name, '--no-prompt', ...(row.args ?? [])])
  expect(setup).toMatchObject({ code: 0, errors: '' })
  if (!isFirst) write()
  const { fact, state } = await toolsRow()
  expect(state).toBe('warning')
  expect(fact).toContain(`${name}: `)
  expect(fact).toContain(says)
  expect(fact).not.toContain(OLD)
  expect(await tool.run('latchkey', ['unsetup', name])).toMatchObject({ code: 0 })
  rmSync(join(tool.folder, file), { force: true })
})
