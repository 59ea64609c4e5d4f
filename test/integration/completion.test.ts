import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

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
    expect(offeredByBash('s')).toEqual(['serve', 'sign-out', 'sign-outs', 'store'])
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
