import { expect, test } from 'vitest'
import { pnpmHelper } from './pnpm.ts'
import { ACCOUNT, fakeHelperVault, given, LOCKED, NONE, runHelper } from './helper.testkit.ts'

const HOST = ACCOUNT.host

async function pnpm(args: readonly string[], answer = given('npm_1')) {
  const vault = fakeHelperVault((wish) => (wish.host === HOST ? answer : NONE), [ACCOUNT])
  return { ...(await runHelper(pnpmHelper, args, '', vault)), asked: vault.calls }
}

test('the value of the header, for the host that the file names', async () => {
  expect(await pnpm([HOST])).toEqual({
    code: 0,
    out: 'Bearer npm_1\n',
    errors: '',
    asked: [{ helper: 'pnpm', host: HOST }]
  })
})

test('an unknown registry ends with 1 and a sentence', async () => {
  expect(await pnpm(['other.example'])).toMatchObject({
    code: 1,
    out: '',
    errors: 'latchkey: Latchkey has no token for this registry.\n'
  })
})

test('a locked vault ends with 1 and its sentence', async () => {
  expect(await pnpm([HOST], LOCKED)).toMatchObject({
    code: 1,
    out: '',
    errors: 'latchkey: Latchkey is locked. Unlock it, then repeat.\n'
  })
})

test.each([[[]], [[HOST, 'more']]])('arguments that do not fit end with 64: %s', async (args) => {
  expect(await pnpm(args)).toMatchObject({ code: 64, out: '', asked: [] })
})
