import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { GitWorld } from '../../support/git-world.ts'
import { describeProgram } from '../../support/programs.ts'

const ANA = 'ghp_3kQ9vT7mZx2LcR8wYb5NdF1sHj6KpA0eGuVt'
const BOB = 'ghp_8dW2rX5nBq7MfS4yCg1ZkH9tLj3VpE6aTuQo'

describeProgram('git', 'apt-get install git', () => {
  let world: GitWorld
  beforeAll(async () => {
    world = await GitWorld.start({ ana: ANA, bob: BOB })
    await world.git('config', '--global', 'credential.helper', 'latchkey')
    await world.git('config', '--global', 'user.email', 'ana@example.com')
    await world.git('config', '--global', 'user.name', 'Ana')
    const owners = new Map([
      ['ana', ANA],
      ['bob', BOB]
    ])
    world.server.mayPass = (pair, path) => pair?.password === owners.get(path.split('/')[1] ?? '')
  })
  afterAll(() => world.end())
  beforeEach(() => world.begin())

  it('says what to do until the person allows it, and asks nothing itself', async () => {
    const refused = await world.git('ls-remote', world.url('ana/repo.git', 'ana'))
    expect(refused).toMatchObject({ code: 128, out: '' })
    expect(refused.errors).toContain(
      'latchkey: Allow it in Latchkey’s window or with “latchkey approvals”, then repeat.\n'
    )
    expect(await world.vault.answer('always')).toMatchObject({
      mode: 'helper',
      helper: 'git',
      host: world.vault.host,
      account: 'ana'
    })
    expect(await world.git('ls-remote', world.url('ana/repo.git', 'ana'))).toMatchObject({
      code: 0,
      errors: ''
    })
  })

  it('clones, commits and pushes; each account has its own repository by the name in its address', async () => {
    await world.vault.allowHelper('git', { account: 'ana' })
    await world.vault.allowHelper('git', { account: 'bob' })
    for (const account of ['ana', 'bob']) {
      const folder = join(world.tool.folder, account)
      expect(
        await world.git('clone', '--quiet', world.url(`${account}/repo.git`, account), folder)
      ).toMatchObject({
        code: 0
      })
      writeFileSync(join(folder, 'file'), account)
      expect(await world.git('-C', folder, 'add', 'file')).toMatchObject({ code: 0 })
      expect(await world.git('-C', folder, 'commit', '--quiet', '-m', 'first')).toMatchObject({ code: 0 })
      const pushed = await world.git('-C', folder, 'push', '--quiet', 'origin', 'HEAD:main')
      expect(pushed).toMatchObject({ code: 0 })
      expect(JSON.stringify(pushed)).not.toMatch(/ghp_/)
    }
    // With a name in the address git first tries it without a password.
    const seen = world.server.pairs.map((pair) => pair?.password ?? '').filter((password) => password !== '')
    expect(new Set(seen)).toEqual(new Set([ANA, BOB]))
  })

  it('is given the account that a rule chooses for the owner of the remote', async () => {
    await world.vault.allowHelper('git', { account: 'ana' })
    await world.vault.allowHelper('git', { account: 'bob' })
    const folder = join(world.tool.folder, 'chosen')
    expect(await world.git('init', '--quiet', folder)).toMatchObject({ code: 0 })
    await world.git('-C', folder, 'remote', 'add', 'origin', world.url('bob/repo.git'))
    const several = await world.git('-C', folder, 'ls-remote', 'origin')
    expect(several.code).toBe(128)
    expect(several.errors).toContain('latchkey: Several accounts fit this address.')
    const rule = ['switch', 'github-token', 'bob', '--owner', 'bob']
    expect((await world.vault.latchkey(rule)).code).toBe(0)
    expect(await world.git('-C', folder, 'ls-remote', 'origin')).toMatchObject({ code: 0, errors: '' })
    expect(world.server.pairs.map((pair) => pair?.password)).not.toContain(ANA)
  })

  it('is answered by GIT_ASKPASS, too, in its own two prompts', async () => {
    await world.vault.allowHelper('git', { account: 'ana' })
    const env = { GIT_ASKPASS: 'latchkey-askpass' }
    const args = ['-c', 'credential.helper=', 'ls-remote', world.url('ana/repo.git')]
    expect(await world.tool.run('git', args, { env })).toMatchObject({ code: 0, errors: '' })
    expect(world.server.pairs.at(-1)).toEqual({ user: 'x-access-token', password: ANA })
  })

  it('sends the owner of the path where the configuration says so, which chooses the account', async () => {
    await world.vault.allowHelper('git', { account: 'ana' })
    await world.vault.allowHelper('git', { account: 'bob' })
    const two = await world.git('ls-remote', world.url('bob/repo.git'))
    expect(two.errors).toContain('latchkey: Several accounts fit this address.')
    const byPath = ['-c', 'credential.useHttpPath=true']
    for (const owner of ['ana', 'bob'])
      expect(await world.git(...byPath, 'ls-remote', world.url(`${owner}/repo.git`))).toMatchObject({
        code: 0
      })
    expect(world.server.pairs.at(-1)?.password).toBe(BOB)
  })
})
