import { describe, expect, test } from 'vitest'
import { ACCOUNT, fakeHelperVault, given, LOCKED, NONE, runHelper } from './helper.testkit.ts'
import { terraformHelper } from './terraform.ts'

const HOST = ACCOUNT.host

async function terraform(args: readonly string[], answer = given('tf-1')) {
  const vault = fakeHelperVault((wish) => (wish.host === HOST ? answer : NONE), [ACCOUNT])
  return { ...(await runHelper(terraformHelper, args, '', vault)), asked: vault.calls }
}

describe('get', () => {
  test('the token as JSON', async () => {
    expect(await terraform(['get', HOST])).toEqual({
      code: 0,
      out: '{"token":"tf-1"}\n',
      errors: '',
      asked: [{ helper: 'terraform', host: HOST }]
    })
  })

  test('arguments of the configuration come before the operation', async () => {
    expect((await terraform(['--team', 'a', 'get', HOST])).out).toBe('{"token":"tf-1"}\n')
  })

  test('an unknown host is an empty object and no fault', async () => {
    expect(await terraform(['get', 'registry.terraform.io'])).toMatchObject({
      code: 0,
      out: '{}\n',
      errors: ''
    })
  })

  test('a locked vault is a fault with its sentence', async () => {
    expect(await terraform(['get', HOST], LOCKED)).toMatchObject({
      code: 1,
      out: '',
      errors: 'latchkey: Latchkey is locked. Unlock it, then repeat.\n'
    })
  })
})

describe('store and forget', () => {
  test('store is refused', async () => {
    expect(await terraform(['store', HOST])).toMatchObject({
      code: 1,
      out: '',
      errors: 'latchkey: Latchkey takes no token from terraform login. Add the token in Latchkey as a key.\n',
      asked: []
    })
  })

  test('forget of a token that Latchkey has deletes nothing and says how to do it', async () => {
    expect(await terraform(['forget', HOST])).toMatchObject({
      code: 1,
      out: '',
      errors: 'latchkey: Latchkey keeps this token. To delete it, type “latchkey sign-out acme work”.\n',
      asked: [{ list: 'terraform' }]
    })
  })

  test('forget of an unknown host is done already', async () => {
    expect(await terraform(['forget', 'other.example'])).toMatchObject({ code: 0, out: '', errors: '' })
  })
})

test.each([[[]], [['get']], [['list', HOST]]])('arguments that do not fit end with 1: %s', async (args) => {
  expect(await terraform(args)).toMatchObject({ code: 1, out: '', asked: [] })
})
