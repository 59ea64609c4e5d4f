import { describe, expect, it } from 'vitest'
import { gitHelper } from './git.ts'
import type { HelperAnswer, HelperCredential } from './helper-vault.ts'
import { fakeHelperVault, runHelper } from './helper.testkit.ts'

const credential: HelperCredential = {
  service: 'github',
  account: 'ana',
  user: 'x-access-token',
  value: 'gho_VALUE',
  expiresAt: '2026-11-30T10:00:00.900Z'
}
const given: HelperAnswer = { kind: 'given', credential }
const asks = 'protocol=https\nhost=github.com\n\n'

const run = async (operation: string, input: string, answer: HelperAnswer = given) => {
  const vault = fakeHelperVault(() => answer)
  return { ...(await runHelper(gitHelper, [operation], input, vault)), calls: vault.calls }
}

describe('git credential-latchkey get', () => {
  it('gives user name, value and its end in seconds', async () => {
    expect(await run('get', asks)).toEqual({
      code: 0,
      out: 'username=x-access-token\npassword=gho_VALUE\npassword_expiry_utc=1796032800\n',
      errors: '',
      calls: [{ helper: 'git', host: 'github.com', path: null, user: null }]
    })
  })

  it.each([{ value: 'gho_VALUE\nhost=evil.example' }, { user: 'ana\0' }])(
    'gives nothing that would begin another line: %j',
    async (change) => {
      const answer = { kind: 'given', credential: { ...credential, ...change } } as const
      const { errors, out } = await run('get', asks, answer)
      expect([out, errors]).toEqual([
        '',
        'latchkey: This credential has a line break, so git can’t take it.\n'
      ])
    }
  )

  it('names no end where none is known', async () => {
    const endless = { kind: 'given', credential: { ...credential, expiresAt: null } } as const
    expect((await run('get', asks, endless)).out).toBe('username=x-access-token\npassword=gho_VALUE\n')
  })

  it('asks for the user name and the path that git names, and the port of the host', async () => {
    const input = 'protocol=https\nhost=git.example.com:8443\npath=ana/repo.git\nusername=ana\nodd\n'
    expect((await run('get', input)).calls).toEqual([
      { helper: 'git', host: 'git.example.com:8443', path: 'ana/repo.git', user: 'ana' }
    ])
  })

  it.each([
    ['bücher.example', 'xn--bcher-kva.example'],
    ['GitHub.com', 'github.com'],
    ['github.com.', 'github.com.'],
    ['github.com:443', 'github.com']
  ])('asks for the host %s as %s', async (written, host) => {
    expect((await run('get', `protocol=https\nhost=${written}\n`)).calls).toMatchObject([{ host }])
  })

  it.each([
    'protocol=http\nhost=github.com\n',
    'protocol=ssh\nhost=github.com\n',
    'protocol=cert\nhost=\n',
    'protocol=https\nhost=evil.example/github.com\n',
    'protocol=https\nhost=ana@github.com\n',
    'protocol=https\nhost=github.com%2f.evil.example\n',
    'protocol=https\nhost=github.com\\.evil.example\n',
    'protocol=https\nhost=github.com?x\n',
    'protocol=https\n',
    'host=github.com\n',
    '\nprotocol=https\nhost=github.com\n',
    ''
  ])('leaves everything to others for %j', async (input) => {
    expect(await run('get', input)).toEqual({ code: 0, out: '', errors: '', calls: [] })
  })

  it('says nothing for a host that Latchkey has nothing for', async () => {
    expect(await run('get', asks, { kind: 'none' })).toMatchObject({ code: 0, out: '', errors: '' })
  })

  it.each(['locked', 'denied', 'sign-in', 'pending'] as const)(
    'says what to do and ends the search where it is %s',
    async (why) => {
      const answer = { kind: 'refused', why, sentence: 'Do this.' } as const
      expect(await run('get', asks, answer)).toMatchObject({
        code: 0,
        out: 'quit=1\n',
        errors: 'latchkey: Do this.\n'
      })
    }
  )

  it('lets git go on where Latchkey can not be reached', async () => {
    const answer = { kind: 'refused', why: 'unreachable', sentence: 'Do this.' } as const
    expect(await run('get', asks, answer)).toMatchObject({ out: '', errors: 'latchkey: Do this.\n' })
  })

  it('gives a credential that no other helper keeps to a git that can take one', async () => {
    const input = `capability[]=state\ncapability[]=authtype\nwwwauth[]=Basic realm="x"\n${asks}`
    const basic = Buffer.from('x-access-token:gho_VALUE').toString('base64')
    expect((await run('get', input)).out).toBe(
      `capability[]=authtype\nauthtype=Basic\ncredential=${basic}\nephemeral=1\nusername=x-access-token\npassword_expiry_utc=1796032800\n`
    )
  })

  it('gives a bearer where the host names no other way', async () => {
    const input = `capability[]=authtype\nwwwauth[]=Bearer realm="x"\n${asks}`
    expect((await run('get', input)).out).toContain('authtype=Bearer\ncredential=gho_VALUE\n')
  })

  it('names no capability that git did not name', async () => {
    const input = `capability[]=authtype\ncapability[]=\ncapability[]=state\n${asks}`
    expect((await run('get', input)).out).not.toContain('capability')
  })
})

describe('git credential-latchkey erase', () => {
  it('says which value was refused, however it was given', async () => {
    const suspect = { helper: 'git', host: 'github.com', value: 'gho_VALUE' }
    const password = await run('erase', `username=x\npassword=gho_VALUE\n${asks}`)
    expect(password).toEqual({ code: 0, out: '', errors: '', calls: [{ suspect }] })
    const basic = Buffer.from('x-access-token:gho_VALUE').toString('base64')
    const asBasic = await run('erase', `authtype=Basic\ncredential=${basic}\n${asks}`)
    expect(asBasic.calls).toEqual([{ suspect }])
    const asBearer = await run('erase', `authtype=Bearer\ncredential=gho_VALUE\n${asks}`)
    expect(asBearer.calls).toEqual([{ suspect }])
  })

  it('does nothing where git names no value', async () => {
    expect((await run('erase', asks)).calls).toEqual([])
  })
})

describe('every other operation', () => {
  it('keeps nothing that git wants to store', async () => {
    const stored = await run('store', `username=x\npassword=gho_VALUE\n${asks}`)
    expect(stored).toEqual({ code: 0, out: '', errors: '', calls: [] })
  })

  it('names what it can do', async () => {
    expect((await run('capability', '')).out).toBe('version 0\ncapability authtype\n')
  })

  it.each(['approve', 'list', ''])('is ignored in silence: %j', async (operation) => {
    expect(await run(operation, asks)).toEqual({ code: 0, out: '', errors: '', calls: [] })
  })
})
