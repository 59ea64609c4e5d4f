import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { sandboxAdvice, shellQuoted } from '../../../scripts/sandbox-advice.ts'

const executable = `/home/ana/it's "my" [vault]/electron`
const helper = { path: `/home/ana/it's "my" [vault]/chrome-sandbox`, ready: false }

const facts = { restrictedByAppArmor: false, switchedOff: false, helper }

/** Runs a command with `sudo` and its inner commands replaced by programs that print what they are given. */
function pasted(command: string): string {
  const fakes = `sudo() { case $1 in tee) cat ;; *) printf '<%s>' "$@"; echo ;; esac; }`
  return execFileSync('sh', ['-c', `${fakes}\n${command.replace('>/dev/null', '')}`], { encoding: 'utf8' })
}

describe('where there is no sandbox', () => {
  it('one pasted command writes and loads a profile of AppArmor for this very path, where AppArmor is why', () => {
    const { why, command } = sandboxAdvice(executable, { ...facts, restrictedByAppArmor: true })
    expect(why).toContain('AppArmor')
    const [abi, profile, userns, end, load] = pasted(command).split('\n')
    expect(abi).toBe('abi <abi/4.0>,')
    expect(profile).toMatch(/^profile latchkey-[\da-f]{8} "/)
    expect(profile).toContain(String.raw`"/home/ana/it's \"my\" \[vault\]/electron" flags=(unconfined) {`)
    expect([userns, end]).toEqual(['  userns,', '}'])
    expect(load).toMatch(/^<apparmor_parser><-r><\/etc\/apparmor.d\/latchkey-[\da-f]{8}>$/)
  })

  it('two clones have profiles of two names', () => {
    const command = (path: string) => sandboxAdvice(path, { ...facts, restrictedByAppArmor: true }).command
    expect(command('/a/electron').match(/latchkey-\w+/)).not.toEqual(
      command('/b/electron').match(/latchkey-\w+/)
    )
  })

  it('one pasted command makes the helper root’s own and setuid, where user namespaces are switched off', () => {
    const { command } = sandboxAdvice(executable, facts)
    expect(pasted(command)).toBe(`<chown><root:root><${helper.path}>\n<chmod><4755><${helper.path}>\n`)
  })

  it('user namespaces are switched on, where there is no helper that could be set up', () => {
    for (const other of [null, { ...helper, ready: true }])
      expect(sandboxAdvice(executable, { ...facts, helper: other }).command).toBe(
        'sudo sysctl -w user.max_user_namespaces=15000'
      )
    const off = { ...facts, helper: null, switchedOff: true }
    expect(sandboxAdvice(executable, off).command).toBe('sudo sysctl -w kernel.unprivileged_userns_clone=1')
  })

  it('Debian’s package brings the helper of its Chromium', () => {
    const { command } = sandboxAdvice('/usr/lib/chromium/chromium', { ...facts, helper: null })
    expect(command).toBe('sudo apt-get install chromium-sandbox')
  })

  it('no command ever asks to do without', () => {
    for (const restrictedByAppArmor of [true, false])
      for (const one of [helper, null])
        expect(
          sandboxAdvice(executable, { ...facts, restrictedByAppArmor, helper: one }).command
        ).not.toContain('no-sandbox')
  })
})

it.each(['plain', 'two words', `it's`, '$HOME `id` "x"', String.raw`back\slash`])(
  'the shell reads %s as one word, as it is',
  (word) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellQuoted(word)}`], { encoding: 'utf8' })).toBe(word)
  }
)
