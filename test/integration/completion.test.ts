import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeProgram } from '../support/programs.ts'

const shells = ['bash', 'zsh', 'fish'] as const
let folder: string
const scriptOf = (shell: string): string => join(folder, `latchkey.${shell}`)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-completion-'))
  for (const shell of shells) {
    const script = execFileSync(process.execPath, ['bin/latchkey.mjs', 'completion', shell])
    writeFileSync(scriptOf(shell), script)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The words that bash offers for the last typed word. */
function offeredByBash(...typed: string[]): string[] {
  const words = ['latchkey', ...typed].map((word) => `'${word}'`).join(' ')
  const line = `source '${scriptOf('bash')}'; COMP_WORDS=(${words}); COMP_CWORD=${String(typed.length)}; _latchkey; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', line], {
    encoding: 'utf8',
    cwd: folder
  })
  expect([status, stderr]).toEqual([0, ''])
  return stdout.split('\n').filter((word) => word !== '')
}

describe('completion in bash', () => {
  it('offers the commands that begin as typed', () => {
    expect(offeredByBash('s')).toEqual(
      expect.arrayContaining(['status', 'sign-in', 'sign-out', 'sign-outs', 'serve', 'store'])
    )
  })

  it('offers the options of the command', () => {
    expect(offeredByBash('doctor', '--')).toEqual(['--json', '--fix', '--entries', '--help'])
  })

  it('offers the values of an option, and files where one is meant', () => {
    expect(offeredByBash('move', '--to', '')).toEqual(['keychain', 'encrypted-file', 'sops'])
    expect(offeredByBash('import', 'latchkey.b')).toEqual(['latchkey.bash'])
    expect(offeredByBash('completion', '')).toContain('fish')
  })
})

describe('completion in zsh and fish', () => {
  it.each(['zsh', 'fish'])('is a script that %s reads without a complaint', (shell) => {
    const { status, stderr } = spawnSync(shell, ['-n', scriptOf(shell)], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })

  it('offers commands, options and values in fish', () => {
    const offered = (line: string): string[] => {
      const code = `source '${scriptOf('fish')}'; complete -C '${line}'`
      const { stdout } = spawnSync('fish', ['--no-config', '-c', code], { encoding: 'utf8' })
      return stdout.split('\n').map((each) => each.split('\t')[0] ?? '')
    }
    expect(offered('latchkey s')).toEqual(expect.arrayContaining(['sign-out', 'sign-outs', 'store']))
    expect(offered('latchkey doctor --')).toEqual(expect.arrayContaining(['--json', '--fix', '--entries']))
    expect(offered('latchkey move --to ')).toEqual(expect.arrayContaining(['keychain', 'sops']))
  })

  it('defines the completion of latchkey in zsh', () => {
    const line = `autoload -U compinit; compinit -u -D; source '${scriptOf('zsh')}'; print -r -- $_comps[latchkey]`
    const { stdout } = spawnSync('zsh', ['-f', '-c', line], { encoding: 'utf8' })
    expect(stdout.trim()).toBe('_latchkey')
  })
})

describeProgram('strace', 'Debian has it in strace', () => {
  it.each([
    ['the script', ['bin/latchkey.mjs', 'completion', 'bash']],
    ['the help', ['bin/latchkey.mjs', 'help', 'status']],
    ['the fields of --json', ['bin/latchkey.mjs', 'status', '--json']]
  ])('sees %s open no socket and start no program', (_, args) => {
    const calls = join(folder, 'calls')
    const traced = ['-f', '-o', calls, '-e', 'trace=socket,connect,execve', process.execPath, ...args]
    const { status, stderr } = spawnSync('strace', traced, { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    const seen = readFileSync(calls, 'utf8').match(/^\d+ +(?:socket|connect|execve)\(.*$/gm) ?? []
    expect(seen).toEqual([expect.stringContaining('execve(')])
  })

  it('sees bash complete a word without running latchkey', () => {
    const calls = join(folder, 'calls')
    const line = `source '${scriptOf('bash')}'; COMP_WORDS=(latchkey st); COMP_CWORD=1; _latchkey; echo "\${COMPREPLY[@]}"`
    const traced = ['-f', '-o', calls, '-e', 'trace=socket,connect,execve', 'bash', '--norc', '-c', line]
    // Without this variable bash itself asks for the name of its user over a socket.
    const env = { ...process.env, SHELL: '/bin/bash' }
    const { stdout } = spawnSync('strace', traced, { encoding: 'utf8', env })
    expect(stdout.trim()).toBe('status store')
    expect(readFileSync(calls, 'utf8').match(/^\d+ +(?:socket|connect)\(.*$/gm)).toBeNull()
  })
})
