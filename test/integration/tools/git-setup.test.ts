import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { GitWorld } from '../../support/git-world.ts'
import { describeProgram } from '../../support/programs.ts'

const ANA = 'ghp_3kQ9vT7mZx2LcR8wYb5NdF1sHj6KpA0eGuVt'

describeProgram('git', 'apt-get install git', () => {
  let world: GitWorld
  const config = (): string => join(world.tool.folder, '.gitconfig')
  const stored = (): string => join(world.tool.folder, '.git-credentials')
  beforeAll(async () => {
    world = await GitWorld.start({ ana: ANA })
    world.server.mayPass = (pair) => pair?.password === ANA
  })
  afterAll(() => world.end())
  beforeEach(async () => {
    await world.begin()
    for (const file of [config(), stored()]) rmSync(file, { force: true })
  })
  const toolsRow = async (): Promise<unknown> => {
    const report = JSON.parse((await latchkey('doctor', '--json', 'rows')).out) as {
      readonly rows: { id: string }[]
    }
    return report.rows.find(({ id }) => id === 'tools')
  }
  const latchkey = (...args: readonly string[]) => world.tool.run('latchkey', args)

  it('is set up by two lines, which a dry run only shows, and which unsetup takes back to the byte', async () => {
    const mine = '# mine\n[user]\n\tname = Ana\n[credential]\n\thelper = store\n'
    writeFileSync(config(), mine)
    const dry = await latchkey('setup', 'git', '--host', world.vault.host, '--dry-run')
    const lines = [
      '~/.gitconfig',
      `+ [credential "https://${world.vault.host}"]`,
      '+ \thelper = ',
      '+ \thelper = latchkey',
      ''
    ]
    expect(dry).toEqual({ code: 0, out: lines.join('\n'), errors: '' })
    expect(readFileSync(config(), 'utf8')).toBe(mine)
    const done = await latchkey('setup', 'git', '--host', world.vault.host)
    expect(done).toMatchObject({ code: 0, errors: '' })
    expect(done.out).toContain(`“latchkey approvals”: git for ${world.vault.host}.\n`)
    await world.vault.answer('always')
    expect((await latchkey('setup', 'git', '--host', world.vault.host)).out).toBe(
      'Nothing has to be changed.\n'
    )
    expect(await world.git('ls-remote', world.url('ana/repo.git'))).toMatchObject({ code: 0 })
    expect(await toolsRow()).toMatchObject({ state: 'ok', fact: 'git' })
    writeFileSync(config(), mine)
    expect(await toolsRow()).toMatchObject({
      state: 'warning',
      fact: `changed since the setup: git in ${config()}`
    })
    expect((await latchkey('setup', 'git', '--no-prompt', '--host', world.vault.host)).code).toBe(0)
    expect((await latchkey('unsetup', 'git')).code).toBe(0)
    expect(readFileSync(config(), 'utf8')).toBe(mine)
    expect(await toolsRow()).toMatchObject({ state: 'ok', fact: 'none' })
    expect((await latchkey('unsetup', 'git')).out).toBe('Nothing has to be changed.\n')
  })

  it('asks for the approval in advance at the terminal, and the next call of git needs no answer', async () => {
    const { HOME = '', PATH = '' } = world.tool.env
    const command = world.vault.commandLine(['setup', 'git', '--host', world.vault.host])
    const setup = world.vault.terminal(`HOME='${HOME}' PATH='${PATH}' ${command}`)
    await setup.says('Allow it:')
    expect(setup.out).toContain(`as the helper of git for ${world.vault.host}.`)
    setup.type('a\n')
    expect(await setup.ended).toBe(0)
    expect(await world.git('ls-remote', world.url('ana/repo.git'))).toMatchObject({ code: 0, errors: '' })
    expect(await world.vault.approvals()).toMatchObject([
      { mode: 'helper', helper: 'git', duration: 'always' }
    ])
  })

  it('leaves no file where there was none', async () => {
    await latchkey('setup', 'git', '--no-prompt', '--host', world.vault.host)
    expect(existsSync(config())).toBe(true)
    await latchkey('unsetup', 'git')
    expect(existsSync(config())).toBe(false)
  })

  it('keeps the value from a helper that stores, which gets it without the setup', async () => {
    await world.vault.allowHelper('git')
    writeFileSync(config(), '[credential]\n\thelper = latchkey\n\thelper = store\n')
    expect(await world.git('ls-remote', world.url('ana/repo.git'))).toMatchObject({ code: 0 })
    expect(readFileSync(stored(), 'utf8')).toContain(ANA)
    rmSync(stored())
    await latchkey('setup', 'git', '--no-prompt', '--host', world.vault.host)
    expect(await world.git('ls-remote', world.url('ana/repo.git'))).toMatchObject({ code: 0 })
    expect(existsSync(stored())).toBe(false)
  })

  it('names a helper that would still be told the value', async () => {
    const host = `https://${world.vault.host}`
    writeFileSync(config(), `[credential "${host}"]\n\thelper = cache\n[credential]\n\thelper = store\n`)
    const { out } = await latchkey('setup', 'git', '--no-prompt', '--host', world.vault.host)
    expect(out).toContain(
      `Note: The helper “store” is asked for ${world.vault.host}, too, and keeps what it is told. It is named in your own configuration; end that with “git config --unset-all”.\n`
    )
    expect(out).not.toContain('“cache”')
  })

  it('says that there is nothing for a host that Latchkey does not know', async () => {
    expect(await latchkey('setup', 'git', '--host', 'nobody.example')).toEqual({
      code: 4,
      out: '',
      errors: 'latchkey: Nothing is kept for git there. Sign in or add a key first.\n'
    })
    expect(existsSync(config())).toBe(false)
  })

  it('makes git send the path where there are two accounts, so that each gets its own', async () => {
    const BOB = 'ghp_8dW2rX5nBq7MfS4yCg1ZkH9tLj3VpE6aTuQo'
    const two = await GitWorld.start({ ana: ANA, bob: BOB })
    try {
      const file = join(two.tool.folder, '.gitconfig')
      writeFileSync(file, '[user]\n\tname = Ana\n')
      const setup = ['--no-prompt', '--host', two.vault.host]
      const { out } = await two.tool.run('latchkey', ['setup', 'git', ...setup])
      expect(out).toContain('+ \tuseHttpPath = true\n')
      for (const account of ['ana', 'bob']) await two.vault.allowHelper('git', { account })
      two.server.mayPass = (pair, path) => pair?.password === (path.startsWith('/ana/') ? ANA : BOB)
      for (const owner of ['ana', 'bob'])
        expect(await two.git('ls-remote', two.url(`${owner}/repo.git`))).toMatchObject({
          code: 0,
          errors: ''
        })
      expect((await two.tool.run('latchkey', ['unsetup', 'git'])).code).toBe(0)
      expect(readFileSync(file, 'utf8')).toBe('[user]\n\tname = Ana\n')
    } finally {
      await two.end()
    }
  })
})
