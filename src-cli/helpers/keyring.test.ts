import { describe, expect, test } from 'vitest'
import { keyringHelper } from './keyring.ts'
import { ACCOUNT, fakeHelperVault, given, LOCKED, NONE, runHelper } from './helper.testkit.ts'

const HOST = ACCOUNT.host

async function keyring(args: readonly string[], answer = given('pypi-1')) {
  const vault = fakeHelperVault((wish) => (wish.host === HOST ? answer : NONE), [ACCOUNT])
  return { ...(await runHelper(keyringHelper, args, '', vault)), asked: vault.calls }
}

describe('get', () => {
  test('the value alone, for the address of an index and a user', async () => {
    expect(await keyring(['get', `https://${HOST}/simple/`, '__token__'])).toEqual({
      code: 0,
      out: 'pypi-1\n',
      errors: '',
      asked: [{ helper: 'pip', host: HOST, path: '/simple/', user: '__token__' }]
    })
  })

  test.each([
    ['get', HOST, '__token__', '--mode', 'creds'],
    ['--mode', 'creds', 'get', HOST, '__token__'],
    ['get', '--mode=creds', HOST, '__token__']
  ])('user and value in two lines: %s %s %s %s', async (...args) => {
    const { code, out } = await keyring(args)
    expect({ code, out }).toEqual({ code: 0, out: '__token__\npypi-1\n' })
  })

  test('with the mode “creds” the user may be absent', async () => {
    expect(await keyring(['get', HOST, '--mode', 'creds'])).toMatchObject({
      code: 0,
      out: '__token__\npypi-1\n',
      asked: [{ helper: 'pip', host: HOST, path: null, user: null }]
    })
  })

  test('an unknown host ends with 1 and says nothing, as keyring does', async () => {
    expect(await keyring(['get', 'https://other.example/simple/', 'me'])).toMatchObject({
      code: 1,
      out: '',
      errors: ''
    })
  })

  test('a locked vault is said on standard error', async () => {
    expect(await keyring(['get', HOST, '__token__'], LOCKED)).toMatchObject({
      code: 1,
      out: '',
      errors: 'latchkey: Latchkey is locked. Unlock it, then repeat.\n'
    })
  })

  test.each([`http://${HOST}/simple/`, 'ftp://x/', 'my service', ''])(
    'the vault is not asked for “%s”',
    async (service) => {
      expect(await keyring(['get', service, '__token__'])).toMatchObject({ code: 1, out: '', asked: [] })
    }
  )
})

test.each([['set', HOST, '__token__'], ['del', HOST, '__token__'], ['diagnose'], ['--list-backends'], []])(
  'anything but get is refused: %s',
  async (...args) => {
    expect(await keyring(args)).toMatchObject({
      code: 1,
      out: '',
      errors:
        'latchkey: Latchkey answers “keyring get” alone and stores nothing for pip or uv. Add keys in Latchkey.\n',
      asked: []
    })
  }
)

test.each([
  ['get'],
  ['get', HOST],
  ['get', HOST, 'me', 'more'],
  ['get', HOST, 'me', '--mode', 'json'],
  ['get', HOST, 'me', '--mode']
])('arguments that do not fit end with 2: %s %s %s', async (...args) => {
  expect(await keyring(args)).toMatchObject({ code: 2, out: '', asked: [] })
})
