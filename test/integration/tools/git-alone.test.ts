import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { GitWorld } from '../../support/git-world.ts'
import { describeProgram } from '../../support/programs.ts'
import { vaultsOf } from '../../support/vault-processes.ts'

const ANA = 'ghp_3kQ9vT7mZx2LcR8wYb5NdF1sHj6KpA0eGuVt'
const LONGEST_MS = 5000
const asks = (world: GitWorld): string => `protocol=https\nhost=${world.vault.host}\n\n`

describeProgram('git', 'apt-get install git', () => {
  describe('where no vault runs', () => {
    let world: GitWorld
    beforeAll(async () => {
      world = await GitWorld.start({ ana: ANA })
      await world.vault.allowHelper('git')
      await world.git('config', '--global', 'credential.helper', 'latchkey')
    })
    afterAll(() => world.end())

    it('starts one that holds none of its streams, and lives on when the terminal is gone', async () => {
      await world.vault.endVault()
      // The shell leads a session of its own, as in a terminal; its output ends only when nobody holds it any more.
      const script = 'git credential fill | cat; echo filled; read line'
      const shell = spawn('sh', ['-c', script], {
        env: world.tool.env,
        cwd: world.tool.folder,
        detached: true
      })
      let out = ''
      shell.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
      const [input, ended] = [shell.stdin, once(shell, 'close')]
      const start = performance.now()
      input.write(asks(world))
      await vi.waitUntil(() => out.includes('filled\n'), { timeout: 20_000 })
      expect(performance.now() - start).toBeLessThan(LONGEST_MS)
      expect(vaultsOf(world.vault.home)).toHaveLength(1)
      process.kill(-(shell.pid ?? 0), 'SIGHUP')
      await ended
      expect(vaultsOf(world.vault.home)).toHaveLength(1)
      const again = await world.tool.run('git', ['credential', 'fill'], { input: asks(world) })
      expect(again).toEqual({
        code: 0,
        out: expect.stringContaining(`password=${ANA}\n`) as string,
        errors: ''
      })
    })

    it('asks no vault for what git wants to store', async () => {
      await world.vault.endVault()
      const stored = await world.tool.run('git', ['credential', 'approve'], {
        input: `username=ana\npassword=another\n${asks(world)}`
      })
      expect(stored).toEqual({ code: 0, out: '', errors: '' })
      expect(vaultsOf(world.vault.home)).toEqual([])
    })
  })

  describe('where the vault does not answer', () => {
    let world: GitWorld
    beforeAll(async () => {
      world = await GitWorld.start({ ana: ANA })
      await world.vault.allowHelper('git')
      await world.git('config', '--global', 'credential.helper', 'latchkey')
      for (const pid of vaultsOf(world.vault.home)) process.kill(pid, 'SIGSTOP')
    })
    afterAll(async () => {
      for (const pid of vaultsOf(world.vault.home)) process.kill(pid, 'SIGCONT')
      await world.end()
    })

    // For the name of a user two requests are made.
    it.each([
      ['git', ['credential', 'fill'], 128],
      ['latchkey-askpass', ["Username for 'https://HOST': "], 1]
    ])('%s goes on in time, and says what to do', async (program, args, code) => {
      const start = performance.now()
      const named = args.map((arg) => arg.replace('HOST', world.vault.host))
      const end = await world.tool.run(program, named, { input: asks(world) })
      expect(performance.now() - start).toBeLessThan(LONGEST_MS)
      expect(end).toMatchObject({ code, out: '' })
      expect(end.errors).toContain(
        'latchkey: Latchkey does not answer in time. Look whether it asks you something, then repeat.\n'
      )
      expect(vaultsOf(world.vault.home)).toHaveLength(1)
    })
  })

  describe('where the vault is locked', () => {
    let world: GitWorld
    beforeAll(async () => {
      world = await GitWorld.start({ ana: ANA }, { env: { LATCHKEY_STORE: 'auto' } })
      const moved = await world.vault.latchkey(
        ['move', '--to', 'encrypted-file'],
        'four words that nobody guesses\n'
      )
      expect(moved).toMatchObject({ code: 0 })
      await world.vault.allowHelper('git')
      await world.git('config', '--global', 'credential.helper', 'latchkey')
      expect((await world.vault.latchkey(['lock'])).code).toBe(0)
    })
    afterAll(() => world.end())

    it('says how to unlock it, and asks for no password', async () => {
      const locked = await world.tool.run('git', ['credential', 'fill'], { input: asks(world) })
      expect(locked).toMatchObject({ code: 128, out: '' })
      expect(locked.errors).toMatch(/^latchkey: .*[Uu]nlock/)
      expect(locked.errors).toContain('told us to quit')
      expect(locked.errors).not.toContain(ANA)
    })
  })
})
