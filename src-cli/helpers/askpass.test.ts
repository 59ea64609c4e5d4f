import { describe, expect, it } from 'vitest'
import { askpassHelper } from './askpass.ts'
import type { HelperAnswer, HelperWish } from './helper-vault.ts'
import { fakeHelperVault, runHelper } from './helper.testkit.ts'

const credential = {
  service: 'github',
  account: 'ana',
  user: 'x-access-token',
  value: 'gho_VALUE',
  expiresAt: null
}
const given = (): HelperAnswer => ({ kind: 'given', credential })
const account = { host: 'github.com', service: 'github', account: 'ana', user: 'x-access-token' }

async function run(prompt: string, answer: (wish: HelperWish) => HelperAnswer = given, accounts = [account]) {
  const vault = fakeHelperVault(answer, accounts)
  return { ...(await runHelper(askpassHelper, [prompt], '', vault)), calls: vault.calls }
}

describe('latchkey-askpass', () => {
  it('answers the user name without asking for the value', async () => {
    expect(await run("Username for 'https://github.com': ")).toEqual({
      code: 0,
      out: 'x-access-token\n',
      errors: '',
      calls: [{ list: 'git' }]
    })
  })

  it('answers the password, of the user that the prompt names', async () => {
    expect(await run("Password for 'https://ana@github.com': ")).toEqual({
      code: 0,
      out: 'gho_VALUE\n',
      errors: '',
      calls: [{ helper: 'git', host: 'github.com', user: 'ana' }]
    })
  })

  it('asks for the value where no user name is known without it, and says what to do', async () => {
    const pending = (): HelperAnswer => ({ kind: 'refused', why: 'pending', sentence: 'Allow it.' })
    expect(await run("Username for 'https://github.com:8443': ", pending)).toMatchObject({
      code: 1,
      out: '',
      errors: 'latchkey: Allow it.\n',
      calls: [{ list: 'git' }, { host: 'github.com:8443' }]
    })
  })

  it('leaves a host that Latchkey does not know to the next one', async () => {
    const none = await run("Password for 'https://nobody.example': ", () => ({ kind: 'none' }))
    expect(none).toMatchObject({ code: 1, out: '', errors: '' })
  })

  it.each([
    '',
    "Enter passphrase for key '/home/ana/.ssh/id_ed25519': ",
    "ana@github.com's password: ",
    "Password for 'http://github.com': ",
    "Password for 'ssh://github.com': ",
    "Password for 'https://github.com' or 'https://evil.example': ",
    "Password for 'https://ana@github.com@evil.example\\': ",
    'Are you sure you want to continue connecting (yes/no/[fingerprint])? '
  ])('gives nothing for another prompt: %j', async (prompt) => {
    expect(await run(prompt)).toEqual({ code: 1, out: '', errors: '', calls: [] })
  })
})
