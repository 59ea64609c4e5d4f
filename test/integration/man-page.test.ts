import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { commandTable } from '../../src-cli/command-table.ts'
import { describeProgram } from '../support/programs.ts'

describeProgram('man', 'Debian has it in man-db', () => {
  it('reads the man page without a complaint, with every command and option in it', () => {
    const args = ['--warnings', '-E', 'UTF-8', '-l', 'docs/man/latchkey.1']
    const env = { ...process.env, MANWIDTH: '200', LC_ALL: 'C.UTF-8' }
    const { status, stdout, stderr } = spawnSync('man', args, { encoding: 'utf8', env })
    expect([status, stderr]).toEqual([0, ''])
    for (const { name, options } of commandTable) {
      expect(stdout).toContain(`\n   ${name}\n`)
      for (const option of options) expect(stdout).toContain(`--${option.name}`)
    }
  })
})
